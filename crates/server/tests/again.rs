//! A refused form is shown again, with what was typed in it and what is wrong beside its field; never with what lets somebody in.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use model::id::OrgId;
use model::role::PersonRole as P;
use testkit::{Answer, Ask, TestHub};

const FORM: &str = "application/x-www-form-urlencoded";
const PARTS: &str = "multipart/form-data; boundary=x";

/// A person in front of the pages.
struct Visitor<'a> {
    hub: &'a TestHub,
    cookie: String,
    csrf: String,
}

impl<'a> Visitor<'a> {
    async fn new(hub: &'a TestHub, login: &str, org: OrgId, roles: &[P]) -> Self {
        hub.person(login, org, roles).await;
        let cookie = hub.sign_in(login).await;
        let csrf = hub::ops::auth::session(&hub.hub, &cookie).await.unwrap().unwrap().csrf;
        Self { hub, cookie, csrf }
    }

    async fn see(&self, path: &str) -> Answer {
        self.hub.ask(Ask::get(path).cookie(&self.cookie)).await
    }

    async fn send(&self, path: &str, fields: &str) -> Answer {
        let form = Ask::post(path, format!("csrf={}&{fields}", self.csrf)).content(FORM);
        self.hub.ask(form.cookie(&self.cookie).with("accept-language", "en")).await
    }

    async fn send_parts(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let part = |(name, value): &(&str, &str)| {
            format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let token = [("csrf", self.csrf.as_str())];
        let body = token.iter().chain(fields).map(part).collect::<String>();
        let form = Ask::post(path, format!("{body}--x--\r\n")).content(PARTS);
        self.hub.ask(form.cookie(&self.cookie)).await
    }

    /// The first address on a page that begins like this and goes on.
    async fn first(&self, path: &str, prefix: &str) -> String {
        let html = self.see(path).await.text();
        let mut links = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        links.find(|link| link.starts_with(prefix) && link.len() >= prefix.len() + 36).unwrap().to_owned()
    }
}

/// The page shows what was typed, and one sentence that a field or a group of fields is described by.
#[track_caller]
fn shown_again(answer: &Answer, heading: &str, typed: &[&str], problem: &str) {
    let html = answer.text();
    assert_eq!(answer.status, 422, "{html}");
    assert!(html.contains(heading), "it is the page of the form: {html}");
    for text in typed {
        assert!(html.contains(text), "`{text}` was typed: {html}");
    }
    let beside = format!("<span class=\"problem\" id=\"again-problem\">{problem}</span>");
    assert!(html.contains(&beside), "`{problem}` stands beside its field: {html}");
    assert!(html.contains(" again-problem\"") || html.contains("=\"again-problem\""), "{html}");
    assert!(html.contains("<title>Please correct: "), "{html}");
    assert_eq!(html.matches("role=\"alert\"").count(), 1, "{html}");
}

#[tokio::test]
async fn what_a_member_typed_is_not_lost() {
    let hub = TestHub::new(2).await;
    let source = hub.members[0].clone();
    let member = Visitor::new(&hub, "m", source.id, &[P::Reporter, P::OrgAdmin]).await;
    let note =
        [("note", "came to <three> of us\r\ntoday"), ("text", " "), ("delay", "now"), ("kind", "mail")];
    let sent = member.send_parts("/send", &note).await;
    let typed = ["came to &lt;three&gt; of us", "value=\"now\" checked", "value=\"mail\" selected"];
    shown_again(&sent, "<h1>Send", &typed, "there is nothing in it; send the file itself");
    assert!(sent.text().contains("aria-describedby=\"file-hint again-problem\""), "{}", sent.text());
    let invited = member.send("/people/invite", "name=Nishi+%22W%22&address=w%40m0.example").await;
    let typed = ["value=\"Nishi &quot;W&quot;\"", "value=\"w@m0.example\""];
    shown_again(&invited, "<h1>Your people", &typed, "choose at least one");
    let id = hub.send(&source, 1).await;
    hub.work().await;
    let long = "long ".repeat(2_000);
    let line = member.send(&format!("/submissions/{id}/reply"), &format!("text=begin+{long}")).await;
    assert_eq!(line.status, 422);
    assert!(line.text().contains("begin long long") && line.text().contains("aria-invalid=\"true\""));
}

#[tokio::test]
async fn what_the_desk_typed_is_not_lost() {
    let hub = TestHub::new(12).await;
    let source = hub.members[0].clone();
    hub.send(&source, 1).await;
    hub.work().await;
    let desk = Visitor::new(&hub, "desk", hub.staff, &[P::Triager, P::Analyst]).await;
    let look = desk.first("/queue?all=yes", "/queue/").await;
    let verdict = desk.send(&format!("{look}/triage"), "campaign=Invoices+of+May&sender_region=XX").await;
    let typed = ["value=\"Invoices of May\"", "value=\"XX\""];
    shown_again(&verdict, "<h2 id=\"triage\">", &typed, "it is empty; fill it in, or choose");
    let draft = desk.first("/drafts", "/drafts/").await;
    let fields = "ja=%E8%AB%8B%E6%B1%82%E6%9B%B8&en=An+invoice&techniques=T15&tlp=amber&all=yes";
    let saved = desk.send(&format!("{draft}/save"), fields).await;
    let typed =
        ["\n請求書</textarea>", "\nAn invoice</textarea>", "value=\"T15\"", "value=\"amber\" checked"];
    shown_again(
        &saved,
        "<h2 id=\"edit\">",
        &typed,
        "`T15` is not an ATT&amp;CK technique; an example is T1566.001",
    );
}

/// Of two analysts at one draft neither undoes what the other wrote without having seen it.
#[tokio::test]
async fn a_draft_that_somebody_else_changed_is_looked_at_again() {
    let hub = TestHub::new(12).await;
    hub.send(&hub.members[0].clone(), 1).await;
    hub.work().await;
    let one = Visitor::new(&hub, "one", hub.staff, &[P::Analyst]).await;
    let other = Visitor::new(&hub, "other", hub.staff, &[P::Analyst]).await;
    let draft = one.first("/drafts", "/drafts/").await;
    let seen =
        |html: &str| html.split("name=\"fingerprint\" data-fresh value=\"").nth(1).unwrap()[..64].to_owned();
    let first = seen(&one.see(&draft).await.text());
    let fields = |seen: &str, en: &str| format!("fingerprint={seen}&en={en}&techniques=&tlp=green&all=yes");
    let kept = other.send(&format!("{draft}/save"), &fields(&first, "of+the+other")).await;
    assert_eq!(kept.status, 303, "{}", kept.text());
    let late = one.send(&format!("{draft}/save"), &fields(&first, "of+the+one")).await;
    let html = late.text();
    assert_eq!(late.status, 422, "{html}");
    assert!(html.contains("the draft has changed since you saw it; look at it again"), "{html}");
    assert!(
        html.contains("of the other") && html.contains("\nof the one</textarea>"),
        "both are shown: {html}"
    );
    let now = seen(&html);
    assert_ne!(now, first, "what is sent from here has seen it");
    let kept = one.send(&format!("{draft}/save"), &fields(&now, "of+both")).await;
    assert_eq!(kept.status, 303, "{}", kept.text());
}

#[tokio::test]
async fn a_form_below_a_list_is_found() {
    let hub = TestHub::new(1).await;
    let analyst = Visitor::new(&hub, "analyst", hub.staff, &[P::Analyst]).await;
    let asked = analyst.send("/asks", "parent=&item=of-no-list&due=2026-12-24").await;
    assert!(asked.status == 422 && asked.text().contains("<a href=\"#item\">"), "{}", asked.text());
    for text in ["value=\"of-no-list\"", "value=\"2026-12-24\"", "action=\"/asks\""] {
        assert!(asked.text().contains(text), "{text}: {}", asked.text());
    }
    let operator = Visitor::new(&hub, "op", hub.staff, &[P::Operator]).await;
    let typed = "slug=Hayate+1&ja=%E7%96%BE%E9%A2%A8&en=Hayate&role=member";
    let refused = operator.send("/organisations/new", typed).await;
    assert_eq!(refused.status, 422);
    let html = refused.text();
    for text in ["value=\"Hayate 1\"", "value=\"疾風\"", "name=\"role\" value=\"member\" checked"] {
        assert!(html.contains(text), "{text}: {html}");
    }
    assert!(html.contains("<a href=\"#slug\">"), "{html}");
    // it is the form as it stands: corrected, it is taken
    let taken = operator.send("/organisations/new", &typed.replace("Hayate+1", "hayate")).await;
    assert_eq!(taken.status, 303, "{}", taken.text());
}

#[tokio::test]
async fn no_password_and_nothing_of_a_stranger_is_shown() {
    let hub = TestHub::new(1).await;
    let admin = Visitor::new(&hub, "kanri", hub.members[0].id, &[P::OrgAdmin]).await;
    let refused = admin.send("/account/password", "old=never+shown&new=tiny-word").await;
    assert_eq!(refused.status, 422);
    let html = refused.text();
    assert!(html.contains("id=\"again\"") && html.contains("at least 12 characters"), "{html}");
    assert!(!html.contains("never shown") && !html.contains("tiny-word"), "{html}");
    let code = admin.send("/account/totp/confirm", "code=123456").await;
    assert!(code.status >= 400 && !code.text().contains("123456"), "{}", code.text());
    // a form of another session or site writes nothing into a page
    for (csrf, site) in [("wrong", "same-origin"), (admin.csrf.as_str(), "cross-site")] {
        let body = format!("csrf={csrf}&name=%3Cplanted%3E&address=planted%40x.example");
        let form = Ask::post("/people/invite", body).content(FORM).cookie(&admin.cookie);
        let answer = hub.ask(form.with("sec-fetch-site", site)).await;
        assert_eq!(answer.status, 403);
        assert!(!answer.text().contains("planted"), "{}", answer.text());
    }
    // nor does what was typed come back where no page has the form
    let gone = admin.send("/people/deputy", "person=&deputy=planted").await;
    assert_eq!(gone.status, 422);
    assert!(!gone.text().contains("planted") && gone.text().contains("Please check"), "{}", gone.text());
}

/// A form of somebody without a session, in English. Browsers send no referrer to the hub: the link in the address is all that the page is
/// found by.
async fn send_unknown(hub: &TestHub, path: &str, fields: &str) -> Answer {
    let form = Ask::post(path, fields).content(FORM);
    hub.ask(form.with("accept-language", "en")).await
}

#[tokio::test]
async fn what_somebody_who_joins_typed_is_not_lost() {
    let hub = TestHub::new(1).await;
    let admin = Visitor::new(&hub, "m", hub.members[0].id, &[P::OrgAdmin]).await;
    let made = admin.send("/people/invite", "name=Nishi&address=&role=reporter").await.text();
    let token = made.split("/join?t=").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let offered = hub.ask(Ask::get(format!("/join?t={token}"))).await.text();
    // whoever has an account is told to sign in, and comes back to the link
    assert!(offered.contains(&format!("href=\"/sign-in?next=/join?t={token}\"")), "{offered}");
    let fields = |login: &str, again: &str| {
        format!("token={token}&name=W.+Nishi&login={login}&password=a+long+password&again={again}")
    };
    assert!(offered.contains("<form method=\"post\">"), "sent to its own address: {offered}");
    let join = format!("/join?t={token}");
    let typed = ["value=\"W. Nishi\"", "value=\"m\""];
    let answer = send_unknown(&hub, &join, &fields("m", "another")).await;
    shown_again(&answer, "<h1>Invitation", &typed, "the two are not the same; type them again");
    assert!(!answer.text().contains("a long password"), "{}", answer.text());
    let answer = send_unknown(&hub, &join, &fields("M", "a+long+password")).await;
    shown_again(&answer, "<h1>Invitation", &["value=\"M\""], "`m` is taken; choose another");
    let answer = send_unknown(&hub, &join, &fields("nishi", "a+long+password")).await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/sign-in?done=flash-joined")));
    let answer = send_unknown(&hub, &join, &fields("m", "another")).await;
    assert_eq!(answer.status, 404, "a used link shows no form");
    // with a session of one's own too: of the two forms it is the one that was sent
    let made = admin.send("/people/invite", "name=Higashi&address=&role=reporter").await.text();
    let token = made.split("/join?t=").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let fields = format!("token={token}&name=E&login=m&password=a+long+password&again=b");
    let answer = admin.send(&format!("/join?t={token}"), &fields).await;
    shown_again(&answer, "<h1>Invitation", &["value=\"E\""], "the two are not the same; type them again");
    // who has no link that holds finds no form, and nothing of what was typed
    let fields = "token=x&name=planted&login=kita&password=one+long+password&again=another";
    let answer = send_unknown(&hub, "/join?t=x", fields).await;
    assert!(answer.status == 404 && !answer.text().contains("planted"), "{}", answer.text());
}

#[tokio::test]
async fn a_form_that_is_sent_twice_is_kept_once() {
    let hub = TestHub::new(1).await;
    let member = Visitor::new(&hub, "m", hub.members[0].id, &[P::Reporter]).await;
    let once = async || {
        let page = member.see("/send").await.text();
        page.split("name=\"once\" data-fresh value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let sent = async |once: &str, text: &str, note: &str| {
        let fields = [("once", once), ("text", text), ("note", note), ("kind", ""), ("delay", "slot")];
        let answer = member.send_parts("/send", &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        answer.header("location").unwrap().to_owned()
    };
    let form = once().await;
    let first = sent(&form, "https://bad.example/", "today").await;
    assert_eq!(sent(&form, "https://bad.example/", "today").await, first, "pressed twice");
    // what was changed after going back is not lost
    assert_ne!(sent(&form, "https://bad.example/", "yesterday").await, first);
    assert_ne!(sent(&form, "https://worse.example/", "today").await, first);
    // and whoever means to send the same again does
    assert_ne!(sent(&once().await, "https://bad.example/", "today").await, first);
    assert_ne!(sent("", "https://bad.example/", "today").await, first);
    let page = member.see(first.trim_end_matches("/receipt")).await.text();
    assert!(page.contains("<h2 id=\"sent\">") && page.contains("today"), "it says what was sent: {page}");
}

/// The page with the picture is the answer to a form: a slip of the hand must not cost it.
#[tokio::test]
async fn a_wrong_first_code_keeps_the_picture() {
    let hub = TestHub::new(1).await;
    let kita = Visitor::new(&hub, "kita", hub.members[0].id, &[P::Reporter]).await;
    let begun = kita.send("/account/totp", "password=a+password+for+tests").await;
    let (status, html) = (begun.status, begun.text());
    assert_eq!(status, 200, "{html}");
    let secret = html.split("name=\"secret\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let picture = html.split("<svg viewBox").nth(1).unwrap().split("</svg>").next().unwrap();
    for _ in 0..2 {
        let wrong = kita.send("/account/totp/confirm", &format!("secret={secret}&code=123456")).await;
        shown_again(
            &wrong,
            "<h1>Your account",
            &[secret, picture],
            "not the code of this moment; try the next",
        );
        assert!(!wrong.text().contains("123456"), "{}", wrong.text());
        assert!(wrong.text().contains("aria-describedby=\"again-problem\""), "{}", wrong.text());
    }
    // whoever found the session open, and was not shown the secret, is not shown it by guessing
    for guess in ["", "secret=&", "secret=AAAA&"] {
        let refused = kita.send("/account/totp/confirm", &format!("{guess}code=123456")).await;
        assert_eq!(refused.status, 422);
        assert!(!refused.text().contains(secret), "{guess}: {}", refused.text());
    }
}

/// A limit that is exceeded is said, and nothing shorter is made in silence: on the page and by program.
#[tokio::test]
async fn a_token_that_would_last_too_long_is_refused_with_the_limit() {
    let hub = TestHub::new(1).await;
    let admin = Visitor::new(&hub, "kanri", hub.members[0].id, &[P::OrgAdmin]).await;
    let problem = "a token ends later than now and at most 3650 days from now";
    for days in ["3651", "0", "-3", "999999999999"] {
        let refused = admin.send("/tokens", &format!("name=gateway&scope=read&days={days}")).await;
        let typed = ["value=\"gateway\"", &format!("value=\"{days}\""), "value=\"read\" checked"];
        shown_again(&refused, "<h1>API tokens", &typed, problem);
    }
    let call = async |expires_at: &str| {
        let body = format!(r#"{{"name":"gateway","scopes":["read"],"expires_at":"{expires_at}"}}"#);
        let ask = Ask::post("/api/v1/tokens", body).content("application/json").cookie(&admin.cookie);
        hub.ask(ask.with("x-noroshi-csrf", &admin.csrf)).await
    };
    for at in ["2036-01-04T00:00:07Z", "2026-01-05T00:00:07Z"] {
        let refused = call(at).await;
        assert_eq!(refused.status, 422, "{at}: {}", refused.text());
        assert!(
            refused.text().contains(problem) && refused.text().contains("expires_at"),
            "{}",
            refused.text()
        );
    }
    assert!(admin.see("/tokens").await.text().matches("gateway").count() == 0, "none was made");
    assert_eq!(call("2036-01-02T00:00:00Z").await.status, 201);
    assert_eq!(admin.send("/tokens", "name=gateway&scope=read&days=3650").await.status, 200);
}

/// Whose call it is stands in no address, and a slip of the hand costs nothing of what was typed.
#[tokio::test]
async fn a_call_is_recorded_on_a_page_whose_address_names_nobody() {
    let hub = TestHub::new(2).await;
    let kita = hub.callable("kita", hub.members[0].id).await;
    let triager = Visitor::new(&hub, "tri", hub.staff, &[P::Triager]).await;
    let org = hub.members[0].id.to_string();
    let chosen = triager.send("/phone", &format!("organisation={org}")).await;
    assert_eq!(chosen.status, 200, "{}", chosen.text());
    assert!(chosen.text().contains("action=\"/phone/record\""), "{}", chosen.text());
    assert!(!chosen.text().contains(&format!("/{org}")), "{}", chosen.text());
    let kita = kita.to_string();
    let record = async |text: &str, caller: &str| {
        let fields = [
            ("organisation", org.as_str()),
            ("called_back", kita.as_str()),
            ("medium", "phone"),
            ("caller", caller),
            ("text", text),
        ];
        triager.send_parts("/phone/record", &fields).await
    };
    let endless = "x".repeat(101);
    let refused = record("a <strange> mail", &endless).await;
    let typed = ["a &lt;strange&gt; mail", "value=\"phone\" required checked", endless.as_str()];
    shown_again(&refused, "m0", &typed, "at most 100 characters");
    let taken = record("a <strange> mail", "Kita").await;
    assert!(taken.status == 200 && taken.text().contains("class=\"code\""), "{}", taken.text());
    let nobody = triager.send("/phone", "organisation=").await;
    shown_again(&nobody, "<h1>", &["name=\"organisation\""], "it is empty; fill it in, or choose");
    assert_eq!(triager.see(&format!("/phone/{org}")).await.status, 404);
}
