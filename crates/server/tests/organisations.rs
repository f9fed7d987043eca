//! The list of organisations, for whoever keeps the roster: it grows with the community and not with its square, and what is looked for is
//! found in it.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use hub::ops::admin::{self, AsRegistrar, NewOrganisation};
use model::lang::Bilingual;
use model::role::{OrgRole, PersonRole};
use testkit::{Answer, Ask, TestHub};

async fn add(hub: &TestHub, numbers: std::ops::Range<u32>) {
    for n in numbers {
        let new = NewOrganisation {
            slug: format!("org-{n:03}"),
            name: Bilingual { ja: format!("第{n:03}電力"), en: format!("Power {n:03}") },
            parent: None,
            roles: [OrgRole::Member].into(),
            sectors: [hub.sector].into(),
            profile: model::profile::Profile::default(),
        };
        admin::add_organisation(&hub.hub, AsRegistrar::Machine, new).await.unwrap();
    }
}

async fn see(hub: &TestHub, cookie: &str, path: &str) -> Answer {
    let answer = hub.ask(Ask::get(path).cookie(cookie)).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    answer
}

/// The link to the next page.
fn next(html: &str) -> Option<String> {
    let link = html.split("rel=\"next\" href=\"").nth(1)?;
    Some(link.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&"))
}

/// Every page of the list from `path` on.
async fn pages(hub: &TestHub, cookie: &str, path: &str) -> Vec<String> {
    let mut out = vec![see(hub, cookie, path).await.text()];
    while let Some(link) = next(out.last().unwrap()) {
        out.push(see(hub, cookie, &link).await.text());
    }
    out
}

fn bytes(pages: &[String]) -> usize {
    pages.iter().map(String::len).sum()
}

#[tokio::test]
async fn the_list_grows_with_the_community_and_not_with_its_square() {
    let hub = TestHub::new(0).await;
    hub.person("op", hub.staff, &[PersonRole::Operator]).await;
    let cookie = hub.sign_in("op").await;
    add(&hub, 0..100).await;
    let (small, new_small) = (pages(&hub, &cookie, "/organisations").await, see(&hub, &cookie, NEW).await);
    add(&hub, 100..300).await;
    let (large, new_large) = (pages(&hub, &cookie, "/organisations").await, see(&hub, &cookie, NEW).await);
    // every row stands in it once, the hub's own too
    for n in 0..300 {
        let name = format!("Power {n:03}<");
        let stands = large.iter().map(|page| page.matches(&name).count()).sum::<usize>();
        assert_eq!(stands, 1, "{name}");
    }
    assert_eq!(large.len(), 7, "301 organisations in pages of 50");
    assert!(bytes(&large) < bytes(&small) * 7 / 2, "{} then {}", bytes(&small), bytes(&large));
    assert!(large.iter().all(|page| page.len() < 60_000), "a page holds its rows only");
    // the one page that lists all others: an option each
    let (before, after) = (new_small.body.len(), new_large.body.len());
    assert!((after - before) / 200 < 150, "{before} then {after}");
}

/// The form of a new one, which lists what it may report through.
const NEW: &str = "/organisations/new";

#[tokio::test]
async fn an_organisation_is_found_by_its_names_and_has_its_page() {
    let hub = TestHub::new(0).await;
    hub.person("op", hub.staff, &[PersonRole::Operator]).await;
    let cookie = hub.sign_in("op").await;
    add(&hub, 0..120).await;
    let rows = |html: &str| html.matches("<th scope=\"row\">").count();
    for (asked, expected) in [
        ("q=ORG-117", 1),
        ("q=power%20117", 1),
        ("q=%E7%AC%AC117%E9%9B%BB%E5%8A%9B", 1),
        ("q=%20org-117%20", 1),
        ("q=org-11", 10),
        ("q=nobody", 0),
        ("q=", 50),
    ] {
        let html = see(&hub, &cookie, &format!("/organisations?{asked}")).await.text();
        assert_eq!(rows(&html), expected, "{asked}");
    }
    let held = see(&hub, &cookie, "/organisations?q=%22%3E%3Cb%3E").await.text();
    assert!(!held.contains("\"><b>") && held.contains("&#62;&#60;b&#62;"), "{held}");
    // what was looked for is kept from page to page
    let found = pages(&hub, &cookie, "/organisations?q=org-").await;
    assert_eq!(found.iter().map(|html| rows(html)).collect::<Vec<_>>(), [50, 50, 20]);
    let forged = hub.ask(Ask::get("/organisations?after=forged").cookie(&cookie)).await;
    assert_eq!(forged.status, 422);
    let html = see(&hub, &cookie, "/organisations?q=org-117").await.text();
    let link = html.split("<th scope=\"row\"><a href=\"").nth(1).unwrap().split('"').next().unwrap();
    let page = see(&hub, &cookie, link).await.text();
    assert!(page.contains("<h1>Power 117"), "{page}");
    assert!(page.contains(&format!("action=\"{link}/agreement\"")), "{page}");
}

#[tokio::test]
async fn the_auditor_reads_what_the_operator_changes() {
    let hub = TestHub::new(1).await;
    hub.person("op", hub.staff, &[PersonRole::Operator]).await;
    hub.person("auditor", hub.staff, &[PersonRole::Auditor]).await;
    let (op, auditor) = (hub.sign_in("op").await, hub.sign_in("auditor").await);
    let path = format!("/organisations/{}", hub.members[0].id);
    let csrf = hub::ops::auth::session(&hub.hub, &op).await.unwrap().unwrap().csrf;
    let form = |path: String, body: &str| {
        let form =
            Ask::post(path, format!("csrf={csrf}&{body}")).content("application/x-www-form-urlencoded");
        hub.ask(form.cookie(&op))
    };
    let signed = form(format!("{path}/agreement"), "version=2026-04").await;
    assert_eq!(
        (signed.status, signed.header("location")),
        (303, Some(format!("{path}?done=flash-saved").as_str()))
    );
    let new = "slug=hayate&ja=%E7%96%BE%E9%A2%A8&en=Hayate&role=member&parent=";
    let added = form(NEW.to_owned(), &format!("{new}{}", hub.members[0].id)).await;
    assert_eq!(added.status, 303, "{}", added.text());
    for cookie in [&op, &auditor] {
        let html = see(&hub, cookie, &path).await.text();
        assert!(html.contains("2026-04") && html.contains(">Hayate</a>"), "{html}");
        assert_eq!(html.contains("action=\"/organisations"), cookie == &op);
        assert_eq!(see(&hub, cookie, "/organisations").await.text().contains(NEW), cookie == &op);
    }
    assert_eq!(hub.ask(Ask::get(NEW).cookie(&auditor)).await.status, 403);
}

#[tokio::test]
async fn what_would_make_the_roster_wrong_is_refused_at_its_field() {
    let hub = TestHub::new(1).await;
    hub.person("op", hub.staff, &[PersonRole::Operator]).await;
    let cookie = hub.sign_in("op").await;
    let csrf = hub::ops::auth::session(&hub.hub, &cookie).await.unwrap().unwrap().csrf;
    let send = async |body: String| {
        let form = Ask::post(NEW, format!("csrf={csrf}&{body}")).content("application/x-www-form-urlencoded");
        hub.ask(form.cookie(&cookie)).await
    };
    let member = hub.members[0].id;
    let child = send(format!("slug=ko&ja=%E5%AD%90&en=Child&role=member&parent={member}")).await;
    let child =
        child.header("location").unwrap().trim_start_matches("/organisations/").split('?').next().unwrap();
    let nobody = model::id::OrgId::from_random([9; 16]);
    for (what, body, words) in [
        (
            "below a group company",
            format!("ja=a&en=b&role=member&parent={child}"),
            "a group is one level deep",
        ),
        ("below nobody", format!("ja=a&en=b&role=member&parent={nobody}"), "there is no organisation"),
        ("in no sector", format!("ja=a&en=b&role=member&sector={nobody}"), "there is no sector"),
        ("a second hub", "ja=a&en=b&role=hub&role=member".to_owned(), "the hub is there already"),
        ("nothing at all", "ja=a&en=b".to_owned(), "choose at least one"),
        ("nameless", "ja=&en=b&role=member".to_owned(), "that people can see"),
        ("turned", "ja=a&en=%E2%80%AEb&role=member".to_owned(), "that people can see"),
        ("endless", format!("ja={}&en=b&role=member", "a".repeat(101)), "that people can see"),
    ] {
        let answer = send(format!("slug=shin&lang=en&{body}")).await;
        assert_eq!(answer.status, 422, "{what}: {}", answer.text());
        assert!(answer.text().contains(words), "{what}: {}", answer.text());
        let stands = see(&hub, &cookie, "/organisations?q=shin").await.text();
        assert!(!stands.contains("<th scope=\"row\">"), "{what}");
    }
    assert!(!see(&hub, &cookie, NEW).await.text().contains("value=\"hub\""), "nobody chooses a second hub");
}
