//! TAXII 2.1 over the router: one test per trap that servers are known to fall into, and the endpoints.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use axum::http::Method;
use model::consent::Delay;
use serde_json::Value;
use testkit::{Answer, Ask, Member, TestHub, mails};

const TYPE: &str = "application/taxii+json;version=2.1";

/// A hub on which member 0 sent `mails`, all released, and the address of the objects that member 1 reads.
struct Fed {
    hub: TestHub,
    reader: Member,
    all: String,
    own: String,
}

impl Fed {
    async fn new(mails: u32) -> Self {
        let hub = TestHub::new(12).await;
        let (source, reader) = (hub.members[0].clone(), hub.members[1].clone());
        hub.standing(&source, Delay::Now).await;
        for n in 0..mails {
            let mail = mails::attack("m0.example", n);
            let sent = Ask::post("/api/v1/submissions?delay=now", mail)
                .content("message/rfc822")
                .token(&source.token);
            assert_eq!(hub.ask(sent).await.status, 201);
            hub.work().await;
        }
        let list = hub.ask(Ask::get("/taxii2/hub/collections/").token(&reader.token)).await.json();
        let of = |alias: &str| {
            let found = list["collections"].as_array().unwrap().iter().find(|c| c["alias"] == alias).unwrap();
            format!("/taxii2/hub/collections/{}/", found["id"].as_str().unwrap())
        };
        let (all, own) = (of("energy"), of("own"));
        Self { hub, reader, all, own }
    }

    async fn get(&self, path: &str) -> Answer {
        self.hub.ask(Ask::get(path).token(&self.reader.token)).await
    }

    async fn objects(&self, query: &str) -> Answer {
        self.get(&format!("{}objects/?{query}", self.all)).await
    }

    async fn post(&self, media: &str, body: impl Into<Vec<u8>>) -> Answer {
        let ask = Ask::post(format!("{}objects/", self.own), body).content(media).token(&self.reader.token);
        self.hub.ask(ask).await
    }
}

/// The ids of a page.
fn ids(page: &Value) -> Vec<String> {
    let objects = page["objects"].as_array().map(Vec::as_slice).unwrap_or_default();
    objects.iter().map(|o| o["id"].as_str().unwrap().to_owned()).collect()
}

fn indicator(n: u32, modified: &str) -> String {
    format!(
        r#"{{"type":"indicator","spec_version":"2.1","id":"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3c{n:03x}","created":"2026-01-04T00:00:00.000Z","modified":"{modified}","pattern":"[domain-name:value = 'c{n}.attacker.test']","pattern_type":"stix","valid_from":"2026-01-04T00:00:00Z"}}"#
    )
}

fn envelope(objects: &[String]) -> String {
    format!(r#"{{"objects":[{}]}}"#, objects.join(","))
}

#[tokio::test]
async fn trap_1_next_repeats_and_survives_a_restart() {
    let fed = Fed::new(3).await;
    let whole = ids(&fed.objects("").await.json());
    assert!(whole.len() > 5, "{whole:?}");
    let first = fed.objects("limit=2").await.json();
    let query = format!("limit=2&next={}", first["next"].as_str().unwrap());
    let second = fed.objects(&query).await;
    assert_eq!(second.body, fed.objects(&query).await.body, "a lost page can be asked for again");
    assert_eq!(ids(&second.json()), whole[2..4]);
    fed.hub.rest().await;
    let restarted = fed.hub.fork(false).await;
    let ask = Ask::get(format!("{}objects/?{query}", fed.all)).token(&fed.reader.token);
    assert_eq!(restarted.ask(ask).await.body, second.body);
}

#[tokio::test]
async fn trap_2_next_carries_its_filters_and_takes_another_limit() {
    let fed = Fed::new(3).await;
    let whole = ids(&fed.objects("match[type]=indicator").await.json());
    assert!(whole.len() > 3 && whole.iter().all(|id| id.starts_with("indicator--")), "{whole:?}");
    let first = fed.objects("match[type]=indicator&limit=1").await.json();
    let next = first["next"].as_str().unwrap();
    for repeated in ["", "&match[type]=indicator", "&added_after=2020-01-01T00:00:00Z"] {
        let rest = fed.objects(&format!("next={next}&limit=500{repeated}")).await.json();
        assert_eq!(ids(&rest), whole[1..], "{repeated}");
    }
    let forged = fed.objects("next=AAAA").await;
    assert_eq!((forged.status, forged.json()["title"].is_string()), (400, true));
    let elsewhere = fed.get(&format!("{}manifest/?next={next}", fed.all)).await;
    assert_eq!(elsewhere.status, 400, "a cursor of another list");
}

#[tokio::test]
async fn traps_3_and_4_date_added_is_unique_and_a_poller_by_it_loses_nothing() {
    let fed = Fed::new(3).await;
    let manifest = fed.get(&format!("{}manifest/", fed.all)).await.json();
    let dates: Vec<&str> =
        manifest["objects"].as_array().unwrap().iter().map(|o| o["date_added"].as_str().unwrap()).collect();
    assert!(dates.windows(2).all(|pair| pair[0] < pair[1]), "{dates:?}");
    let (whole, mut polled) = (ids(&fed.objects("").await.json()), Vec::new());
    let mut after = "2020-01-01T00:00:00Z".to_owned();
    loop {
        let page = fed.objects(&format!("limit=2&added_after={after}")).await;
        let Some(last) = page.header("x-taxii-date-added-last") else { break };
        after = last.to_owned();
        polled.extend(ids(&page.json()));
    }
    assert_eq!(polled, whole);
}

#[tokio::test]
async fn trap_5_the_last_page_has_neither_next_nor_more_and_an_empty_one_no_headers() {
    let fed = Fed::new(2).await;
    let last = fed.objects("").await.json();
    assert_eq!((last.get("next"), last.get("more")), (None, None));
    let empty = fed.objects("added_after=2100-01-01T00:00:00Z").await;
    assert_eq!((empty.status, empty.text().as_str()), (200, "{}"));
    assert!(empty.headers.iter().all(|(name, _)| !name.starts_with("x-taxii")), "{:?}", empty.headers);
    let exact = format!("limit={}", ids(&last).len());
    assert_eq!(fed.objects(&exact).await.json().get("more"), None, "a full page that is the last");
}

#[tokio::test]
async fn trap_6_media_types_as_http_means_them() {
    let fed = Fed::new(0).await;
    let check = async |accept: &str, expected: u16| {
        let ask = Ask::get("/taxii2/").with("accept", accept).token(&fed.reader.token);
        let answer = fed.hub.ask(ask).await;
        assert_eq!(answer.status, expected, "{accept}");
        answer.header("content-type").unwrap_or_default().to_owned()
    };
    assert_eq!(check("application/taxii+json;version=2.1", 200).await, TYPE);
    assert_eq!(check("application/taxii+json; version=2.1", 200).await, TYPE);
    assert_eq!(check("APPLICATION/TAXII+JSON", 200).await, TYPE);
    assert_eq!(check("application/json, text/plain, */*", 200).await, TYPE);
    assert_eq!(check("application/json", 200).await, "application/json");
    assert_eq!(check("text/html", 406).await, TYPE);
    assert_eq!(check("application/taxii+json;version=2.0", 406).await, TYPE);
    assert_eq!(fed.get("/taxii2/").await.header("content-type"), Some(TYPE), "no Accept at all");
}

#[tokio::test]
async fn trap_6_the_trailing_slash_is_optional() {
    let fed = Fed::new(1).await;
    for path in
        ["/taxii2/", "/taxii2/hub/", "/taxii2/hub/collections/", &fed.all, &format!("{}objects/", fed.all)]
    {
        let (with, without) = (fed.get(path).await, fed.get(path.trim_end_matches('/')).await);
        assert_eq!((with.status, with.body), (200, without.body), "{path}");
    }
}

#[tokio::test]
async fn trap_7_added_after_needs_no_fraction() {
    let fed = Fed::new(1).await;
    for at in ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000000Z"] {
        let answer = fed.objects(&format!("added_after={at}")).await;
        assert_eq!(answer.status, 200, "{at}: {}", answer.text());
        assert!(!ids(&answer.json()).is_empty(), "{at}");
    }
}

#[tokio::test]
async fn trap_8_nothing_is_stored_when_the_answer_is_4xx() {
    let fed = Fed::new(0).await;
    for (media, body, expected) in [
        ("application/json", "objects: nothing".to_owned(), 400..500),
        ("text/plain", envelope(&[indicator(1, "2026-01-04T00:00:00Z")]), 415..416),
        ("application/taxii+json;version=2.0", envelope(&[indicator(1, "2026-01-04T00:00:00Z")]), 415..416),
        (TYPE, "[]".to_owned(), 400..500),
        (TYPE, String::new(), 400..500),
        (TYPE, envelope(&[indicator(1, "2026-01-04T00:00:00Z")])[..150].to_owned(), 400..401),
        (TYPE, format!("{} ]", envelope(&[indicator(1, "2026-01-04T00:00:00Z")])), 400..401),
        // a second list would be the one that others read
        (
            TYPE,
            envelope(&[indicator(1, "2026-01-04T00:00:00Z")]).replacen('{', r#"{"objects":[],"#, 1),
            400..401,
        ),
        (
            TYPE,
            envelope(&[indicator(1, "2026-01-04T00:00:00Z")]).replacen('{', r#"{"more":flase,"#, 1),
            400..401,
        ),
    ] {
        let answer = fed.post(media, body).await;
        assert!(expected.contains(&answer.status), "{media}: {} {}", answer.status, answer.text());
        assert!(answer.json()["title"].is_string());
    }
    assert_eq!(fed.get(&format!("{}objects/", fed.own)).await.text(), "{}");
    assert_eq!(
        fed.hub.ask(Ask::get("/api/v1/submissions").token(&fed.reader.token)).await.json()["rows"],
        serde_json::json!([])
    );
}

#[tokio::test]
async fn trap_9_basic_with_each_page_is_served() {
    let fed = Fed::new(1).await;
    let basic = |user: &str, password: &str| {
        let pair = data_encoding::BASE64.encode(format!("{user}:{password}").as_bytes());
        Ask::get(format!("{}objects/", fed.all)).with("authorization", &format!("Basic {pair}"))
    };
    for user in ["", "anything"] {
        assert_eq!(fed.hub.ask(basic(user, &fed.reader.token)).await.status, 200);
    }
    let scheme = |value: String| Ask::get(&fed.all).with("authorization", &value);
    assert_eq!(fed.hub.ask(scheme(format!("Token {}", fed.reader.token))).await.status, 200, "taxii2-client");
    assert_eq!(fed.hub.ask(scheme(fed.reader.token.clone())).await.status, 200, "raw");
    assert_eq!(fed.hub.ask(basic("anything", "wrong")).await.status, 401);
}

#[tokio::test]
async fn trap_10_every_error_is_json_with_a_title() {
    let fed = Fed::new(0).await;
    for (path, expected) in [
        ("objects/?limit=0".to_owned(), 400),
        ("objects/?added_after=yesterday".to_owned(), 400),
        ("objects/?match[version]=newest".to_owned(), 400),
        ("objects/?match[id]=%00".to_owned(), 400),
        ("objects/not-an-id/".to_owned(), 404),
        ("objects/indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f/".to_owned(), 404),
        ("objects/indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f/versions/".to_owned(), 404),
        ("nothing/".to_owned(), 404),
    ] {
        let answer = fed.get(&format!("{}{path}", fed.all)).await;
        assert_eq!((answer.status, answer.header("content-type")), (expected, Some(TYPE)), "{path}");
        let said = answer.json();
        assert_eq!(said["http_status"], expected.to_string(), "{path}");
        assert!(said["title"].is_string(), "{path}");
    }
    for path in [
        "/taxii2/hub/collections/%FF/",
        "/taxii2/hub/collections/nobody/",
        "/taxii2/hub/status/1/",
        "/taxii2/other/",
    ] {
        assert_eq!(fed.get(path).await.status, 404, "{path}");
    }
    let anonymous = fed.hub.ask(Ask::get(&fed.all)).await;
    assert_eq!((anonymous.status, anonymous.header("www-authenticate").is_some()), (401, true));
    let put = Ask::post(&fed.all, "").method(Method::PUT).token(&fed.reader.token);
    assert_eq!(fed.hub.ask(put).await.status, 405);
}

#[tokio::test]
async fn trap_11_versions_go_by_version_not_by_arrival() {
    let fed = Fed::new(0).await;
    let (old, new) = ("2026-01-04T00:00:00.000Z", "2026-01-05T00:00:00.000Z");
    for modified in [new, old] {
        assert_eq!(fed.post(TYPE, envelope(&[indicator(1, modified)])).await.status, 202);
    }
    let object = format!("{}objects/indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3c001/", fed.own);
    let modified = async |query: &str| {
        let page = fed.get(&format!("{object}?{query}")).await.json();
        page["objects"]
            .as_array()
            .unwrap()
            .iter()
            .map(|o| o["modified"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(modified("").await, [new]);
    assert_eq!(modified("match[version]=first").await, [old]);
    assert_eq!(modified("match[version]=all").await.len(), 2);
    assert_eq!(modified(&format!("match[version]={old}")).await, [old]);
    let versions = fed.get(&format!("{object}versions/")).await.json();
    assert_eq!(versions["versions"].as_array().unwrap().len(), 2);
    let none = fed.get(&format!("{object}?match[version]=2020-01-01T00:00:00Z")).await;
    assert_eq!((none.status, none.text().as_str()), (200, "{}"), "the object is there, the version is not");
}

#[tokio::test]
async fn a_posted_envelope_has_a_status_and_comes_back_byte_for_byte() {
    let fed = Fed::new(0).await;
    let one = indicator(1, "2026-01-04T00:00:00.000Z");
    let bundle = format!(
        r#"{{"type":"bundle","id":"bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3a","objects":[{one},{{"type":"x"}}]}}"#
    );
    let answer = fed.post("application/stix+json; version=2.1", bundle).await;
    assert_eq!(answer.status, 202, "{}", answer.text());
    let status = answer.json();
    assert_eq!(
        (&status["status"], &status["success_count"], &status["failure_count"]),
        (&"complete".into(), &1.into(), &1.into())
    );
    assert!(status["failures"][0]["message"].is_string());
    let again = fed.get(&format!("/taxii2/hub/status/{}/", status["id"].as_str().unwrap())).await;
    assert_eq!(again.json(), status);
    let read = fed.get(&format!("{}objects/", fed.own)).await;
    assert_eq!(read.text(), format!(r#"{{"objects":[{one}]}}"#));
    let duplicate = fed.post(TYPE, envelope(&[one])).await;
    assert_eq!((duplicate.status, &duplicate.json()["failure_count"]), (202, &0.into()));
    assert_eq!(ids(&fed.get(&format!("{}objects/", fed.own)).await.json()).len(), 1);
}

/// STIX 2.1, section 8: a bundle is no object, whether it holds some or none.
#[tokio::test]
async fn a_bundle_is_not_an_object_of_a_collection() {
    let fed = Fed::new(0).await;
    let bundle = r#"{"type":"bundle","id":"bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"}"#.to_owned();
    let told =
        fed.post(TYPE, envelope(&[bundle.clone(), indicator(1, "2026-01-04T00:00:00.000Z")])).await.json();
    assert_eq!((&told["success_count"], &told["failure_count"]), (&1.into(), &1.into()), "{told}");
    assert!(told["failures"][0]["message"].as_str().unwrap().contains("bundle-nested"), "{told}");
    let told = fed.post("application/stix+json;version=2.1", bundle).await.json();
    assert_eq!((&told["total_count"], &told["status"]), (&0.into(), &"complete".into()), "{told}");
    let kept = fed.get(&format!("{}objects/", fed.own)).await.json();
    assert_eq!(ids(&kept), ["indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3c001"]);
}

#[tokio::test]
async fn delete_hides_what_was_posted_and_the_submission_stays() {
    let fed = Fed::new(0).await;
    let (old, new) = ("2026-01-04T00:00:00.000Z", "2026-01-05T00:00:00.000Z");
    let both = envelope(&[indicator(1, old), indicator(1, new), indicator(2, old)]);
    assert_eq!(fed.post(TYPE, both).await.status, 202);
    let object = format!("{}objects/indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3c001/", fed.own);
    let delete = async |query: &str| {
        let ask = Ask::get(format!("{object}{query}")).method(Method::DELETE).token(&fed.reader.token);
        fed.hub.ask(ask).await.status
    };
    let shown = async || {
        let page = fed.get(&format!("{object}?match[version]=all")).await.json();
        page["objects"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(delete("?match[spec_version]=2.0").await, 404, "the filter leaves nothing");
    assert_eq!(delete("?match[version]=last").await, 200);
    assert_eq!(shown().await, 1);
    let last = fed.get(&object).await.json();
    assert_eq!(last["objects"][0]["modified"], old, "what is left is the last now");
    assert_eq!(delete("").await, 200);
    assert_eq!((fed.get(&object).await.status, delete("").await), (404, 404));
    assert_eq!(ids(&fed.get(&format!("{}objects/", fed.own)).await.json()).len(), 1);
    let sent = fed.hub.ask(Ask::get("/api/v1/submissions").token(&fed.reader.token)).await.json();
    assert_eq!(sent["rows"].as_array().unwrap().len(), 1, "evidence");
    assert_eq!(fed.post(TYPE, envelope(&[indicator(1, new)])).await.status, 202);
    assert_eq!(shown().await, 1, "posted again, shown again");
}

#[tokio::test]
async fn own_pages_hold_what_was_posted_in_order_whatever_was_hidden_or_erased() {
    let fed = Fed::new(0).await;
    for first in [0, 100, 200] {
        let many: Vec<String> =
            (first..first + 60).map(|n| indicator(n, "2026-01-04T00:00:00.000Z")).collect();
        assert_eq!(fed.post(TYPE, envelope(&many)).await.status, 202);
    }
    let walk = async |limit: usize| {
        let (mut all, mut query) = (Vec::new(), format!("limit={limit}"));
        loop {
            let page = fed.get(&format!("{}objects/?{query}", fed.own)).await.json();
            all.extend(ids(&page));
            let Some(next) = page["next"].as_str() else { return all };
            assert!(!ids(&page).is_empty(), "a page with a successor holds something");
            query = format!("limit={limit}&next={next}");
        }
    };
    let whole = walk(1_000).await;
    assert_eq!(whole.len(), 180);
    for limit in [1, 7, 60, 179, 180] {
        assert_eq!(walk(limit).await, whole, "{limit}");
    }
    let manifest = fed.get(&format!("{}manifest/?limit=1000", fed.own)).await.json();
    assert_eq!(ids(&manifest), whole);
    // the second submission is erased: its pages are gone, those behind it are not
    let sent = fed.hub.ask(Ask::get("/api/v1/submissions").token(&fed.reader.token)).await.json();
    let second = sent["rows"][1]["id"].as_str().unwrap();
    let keys = fed.hub.data().with_file_name("keys").join("seals");
    let name = second.replace('-', "");
    std::fs::remove_file(keys.join(&name[..2]).join(name)).unwrap();
    let rest = [&whole[..60], &whole[120..]].concat();
    for limit in [7, 59, 60, 61, 1_000] {
        assert_eq!(walk(limit).await, rest, "{limit}");
    }
}

#[tokio::test]
async fn trap_3_dates_increase_through_a_clock_that_jumps_back_and_many_writers() {
    let fed = Fed::new(0).await;
    let now = hub::Clock::now(&*fed.hub.clock);
    let mut dates = Vec::new();
    for (n, hours) in [0, -48, 1, -3].into_iter().enumerate() {
        fed.hub.clock.set(now + jiff::SignedDuration::from_hours(hours));
        let first = u32::try_from(n).unwrap() * 10;
        let posts = (first..first + 4).map(|n| {
            let body = envelope(&[indicator(n, "2026-01-04T00:00:00.000Z")]);
            fed.post(TYPE, body)
        });
        for answer in futures_util::future::join_all(posts).await {
            assert_eq!(answer.status, 202);
        }
        let manifest = fed.get(&format!("{}manifest/", fed.own)).await.json();
        let seen: Vec<String> = manifest["objects"]
            .as_array()
            .unwrap()
            .iter()
            .map(|o| o["date_added"].as_str().unwrap().to_owned())
            .collect();
        assert!(seen.windows(2).all(|pair| pair[0] < pair[1]), "{seen:?}");
        assert_eq!(seen[..dates.len()], dates[..], "what was there stays where it was");
        dates = seen;
    }
    assert_eq!(dates.len(), 16);
}

#[tokio::test]
async fn news_tells_when_and_nothing_else() {
    let fed = Fed::new(0).await;
    let news = format!("{}news/", fed.all);
    assert_eq!(fed.get(&news).await.json().get("date_added_last"), None);
    let hub = Fed::new(2).await;
    let told = hub.get(&format!("{}news/", hub.all)).await.json();
    let last = hub.objects("").await.header("x-taxii-date-added-last").unwrap().to_owned();
    assert_eq!(told["date_added_last"], last);
    assert_eq!(told.as_object().unwrap().len(), 2, "{told}");
}

#[tokio::test]
async fn what_others_fill_is_neither_written_nor_deleted() {
    let fed = Fed::new(1).await;
    let id = ids(&fed.objects("").await.json()).remove(0);
    let ask = Ask::post(format!("{}objects/", fed.all), envelope(&[])).content(TYPE).token(&fed.reader.token);
    assert_eq!(fed.hub.ask(ask).await.status, 403);
    let delete =
        Ask::get(format!("{}objects/{id}/", fed.all)).method(Method::DELETE).token(&fed.reader.token);
    let answer = fed.hub.ask(delete).await;
    assert_eq!((answer.status, answer.json()["title"].is_string()), (403, true));
    assert_eq!(fed.get(&format!("{}objects/{id}/", fed.all)).await.status, 200);
}

#[tokio::test]
async fn answers_are_compressed_when_asked() {
    let fed = Fed::new(3).await;
    for coding in ["gzip", "zstd"] {
        let ask =
            Ask::get(format!("{}objects/", fed.all)).with("accept-encoding", coding).token(&fed.reader.token);
        let answer = fed.hub.ask(ask).await;
        assert_eq!((answer.status, answer.header("content-encoding")), (200, Some(coding)));
    }
}

/// RFC 9110, section 15.5.16: 415, and `Accept-Encoding` says why.
#[tokio::test]
async fn a_coded_body_is_refused_by_its_coding() {
    let fed = Fed::new(0).await;
    let post = async |coding: &str| {
        let body = envelope(&[indicator(1, "2026-01-04T00:00:00.000Z")]);
        let ask =
            Ask::post(format!("{}objects/", fed.own), body).content(TYPE).with("content-encoding", coding);
        fed.hub.ask(ask.token(&fed.reader.token)).await
    };
    for coding in ["gzip", "zstd", "identity, br"] {
        let answer = post(coding).await;
        assert_eq!((answer.status, answer.header("accept-encoding")), (415, Some("identity")), "{coding}");
        assert!(answer.json()["title"].is_string());
    }
    assert_eq!(fed.get(&format!("{}objects/", fed.own)).await.text(), "{}");
    assert_eq!(post("identity").await.status, 202);
}

/// STIX 2.1, section 3.2: a cyber-observable object without `spec_version` is of 2.1, any other of 2.0. What is stored is what came.
#[tokio::test]
async fn objects_without_spec_version_are_of_the_edition_that_the_standard_says() {
    let fed = Fed::new(0).await;
    let new = r#"{"type":"domain-name","id":"domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7","value":"example.com"}"#;
    let old = r#"{"type":"observed-data","id":"observed-data--57b56a43-b8b0-4cba-9deb-34e3e1faed9f","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","first_observed":"2026-01-01T00:01:00Z","last_observed":"2026-01-01T00:01:05Z","number_observed":3,"objects":{"0":{"type":"domain-name","value":"evil-obs.test"}}}"#;
    let sent = fed.post(TYPE, envelope(&[new.to_owned(), old.to_owned()])).await;
    assert_eq!(sent.status, 202, "{}", sent.text());
    let manifest = fed.get(&format!("{}manifest/?match[spec_version]=2.0,2.1", fed.own)).await.json();
    let media = |n: usize| manifest["objects"][n]["media_type"].as_str().unwrap().to_owned();
    assert_eq!(
        (media(0).as_str(), media(1).as_str()),
        ("application/stix+json;version=2.1", "application/stix+json;version=2.0")
    );
    for (edition, expected) in [("2.1", new), ("2.0", old)] {
        let page = fed.get(&format!("{}objects/?match[spec_version]={edition}", fed.own)).await;
        assert_eq!(page.text(), format!(r#"{{"objects":[{expected}]}}"#), "{edition}");
    }
}

/// What is drafted from a submission of STIX 2.0 is read in the form of 2.1, and the reader is told of it.
#[tokio::test]
async fn what_is_posted_as_stix_2_0_is_read() {
    let fed = Fed::new(0).await;
    fed.hub.standing(&fed.reader, Delay::Now).await;
    let bundle = r#"{"type":"bundle","id":"bundle--11111111-1111-4111-8111-111111111111","spec_version":"2.0","objects":[{"type":"observed-data","id":"observed-data--57b56a43-b8b0-4cba-9deb-34e3e1faed9f","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","first_observed":"2026-01-01T00:01:00Z","last_observed":"2026-01-01T00:01:05Z","number_observed":3,"objects":{"0":{"type":"domain-name","value":"evil-obs.test"}}}]}"#;
    assert_eq!(fed.post("application/stix+json; version=2.0", bundle).await.status, 202);
    fed.hub.work().await;
    let list = fed.hub.ask(Ask::get("/api/v1/submissions").token(&fed.reader.token)).await.json();
    let id = list["rows"][0]["id"].as_str().unwrap();
    let one = fed.get(&format!("/api/v1/submissions/{id}")).await.json();
    let problems: Vec<&str> = one["problems"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(problems.iter().any(|p| p.contains("became objects of their own")), "{one}");
    assert_ne!(one["state"], "unreadable", "{one}");
}
