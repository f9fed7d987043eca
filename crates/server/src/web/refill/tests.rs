use super::*;
use crate::web::samples::faults;

fn words() -> Words {
    Words {
        title: "Correct".to_owned(),
        lead: "Send it again.".to_owned(),
        file: None,
        whole: "Field: <too> long".to_owned(),
        problem: "<too> long".to_owned(),
    }
}

fn page(form: &str) -> String {
    format!(
        "<html lang=\"en\"><title>A</title><main><h1>A</h1><form method=\"post\" action=\"/a\">{form}</form></main></html>"
    )
}

fn filled(form: &str, fields: &[(&str, &str)], field: &str) -> String {
    let pairs = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let (fields, words) = (Fields::new(pairs), words());
    let refused = Refused { action: "/a", page: "/", fields: &fields, field, words: &words };
    refill(&page(form), &refused).unwrap()
}

/// The form as it is written anew when nothing in it is wrong.
#[track_caller]
fn check(form: &str, fields: &[(&str, &str)], expected: &str) {
    let html = filled(form, fields, "another");
    assert!(html.contains(&format!("action=\"/a\">{expected}</form>")), "{html}");
}

#[test]
fn what_was_typed_stands_in_the_form() {
    check(
        "<input name=\"x\" value=\"old\">",
        &[("x", "\"new\" & <b>")],
        "<input name=\"x\" value=\"&quot;new&quot; &amp; &lt;b&gt;\">",
    );
    check(
        "<textarea name=\"x\">old</textarea>",
        &[("x", "</textarea>")],
        "<textarea name=\"x\">\n&lt;/textarea&gt;</textarea>",
    );
    check("<textarea name=\"x\"></textarea>", &[("x", "")], "<textarea name=\"x\">\n</textarea>");
    check("<input name=\"x\" value=\"a\">", &[], "<input name=\"x\" value=\"a\">");
    let two = "<input name=\"x\"><input name=\"x\">";
    check(
        two,
        &[("x", "1"), ("y", "2"), ("x", "3")],
        "<input name=\"x\" value=\"1\"><input name=\"x\" value=\"3\">",
    );
}

#[test]
fn what_was_chosen_is_chosen() {
    let boxes = "<input type=\"checkbox\" name=\"x\" value=\"1\" checked><input type=\"checkbox\" name=\"x\" value=\"2\">";
    check(
        boxes,
        &[("x", "2")],
        "<input type=\"checkbox\" name=\"x\" value=\"1\"><input type=\"checkbox\" name=\"x\" value=\"2\" checked>",
    );
    let buttons =
        "<input type=\"radio\" name=\"x\" value=\"1\" checked><input type=\"radio\" name=\"x\" value=\"2\">";
    check(
        buttons,
        &[("x", "2")],
        "<input type=\"radio\" name=\"x\" value=\"1\"><input type=\"radio\" name=\"x\" value=\"2\" checked>",
    );
    check(buttons, &[], buttons);
    check(
        "<select name=\"x\"><option value=\"1\" selected>a</option><option>b &#38; c</option></select>",
        &[("x", "b & c")],
        "<select name=\"x\"><option value=\"1\">a</option><option selected>b &#38; c</option></select>",
    );
}

#[test]
fn what_lets_somebody_in_is_never_shown_again() {
    for field in [
        "<input type=\"password\" name=\"x\">",
        "<input type=\"file\" name=\"x\">",
        "<input name=\"x\" autocomplete=\"one-time-code\">",
        "<input name=\"x\" autocomplete=\"new-password\">",
        "<input name=\"code\">",
        "<input name=\"token\">",
    ] {
        check(field, &[("x", "secret"), ("code", "secret"), ("token", "secret")], field);
    }
    let hidden = "<input type=\"hidden\" name=\"csrf\" value=\"page\">";
    check(hidden, &[("csrf", "typed")], hidden);
}

#[test]
fn the_problem_stands_beside_its_field() {
    let form = "<p class=\"field\"><label for=\"f\">F</label><span id=\"h\">h</span><input id=\"f\" name=\"f_f\" aria-describedby=\"h\"></p>";
    let html = filled(form, &[("f_f", "x")], "f-f");
    assert_eq!(faults(&html), Vec::<String>::new(), "{html}");
    assert!(
        html.contains("aria-describedby=\"h again-problem\"") && html.contains("aria-invalid=\"true\""),
        "{html}"
    );
    assert!(
        html.contains("<span class=\"problem\" id=\"again-problem\">&lt;too&gt; long</span><input"),
        "{html}"
    );
    assert!(
        html.contains("<a href=\"#f\">Field: &lt;too&gt; long</a>") && html.contains("<title>Correct: A"),
        "{html}"
    );
    assert!(html.contains(" autofocus"), "{html}");
}

#[test]
fn of_many_boxes_the_group_is_described() {
    let form = "<details><summary>s</summary><fieldset><legend>L</legend><label class=\"pick\"><input type=\"checkbox\" name=\"x\" value=\"1\"></label></fieldset></details>";
    let html = filled(form, &[], "x");
    assert_eq!(faults(&html), Vec::<String>::new(), "{html}");
    assert!(html.contains("<details open>"), "{html}");
    assert!(
        html.contains(
            "<fieldset aria-describedby=\"again-problem\"><legend>L</legend><span class=\"problem\""
        ),
        "{html}"
    );
    assert!(html.contains("href=\"#again-problem\""), "{html}");
    let meant = "<fieldset data-field=\"y z\"><legend>L</legend></fieldset>";
    assert!(filled(meant, &[], "z").contains("</legend><span class=\"problem\""));
}

#[test]
fn a_field_that_the_form_does_not_have_is_told_above() {
    let html = filled("<input name=\"x\">", &[("x", "1")], "y");
    assert_eq!(html.matches("&lt;too&gt; long").count(), 1, "{html}");
    assert!(html.contains("role=\"alert\"") && !html.contains("aria-invalid"), "{html}");
}

#[test]
fn the_form_that_was_sent_is_found() {
    let (words, fields) =
        (words(), Fields::new(vec![("who".to_owned(), "2".to_owned()), ("x".to_owned(), "t".to_owned())]));
    let refused = |action, page| Refused { action, page, fields: &fields, field: "x", words: &words };
    let one = |n: u8| {
        format!(
            "<form method=\"post\" action=\"/a\"><input type=\"hidden\" name=\"who\" value=\"{n}\"><input name=\"x\"></form>"
        )
    };
    let two = refill(&format!("{}{}", one(1), one(2)), &refused("/a", "/")).unwrap();
    assert!(two.starts_with(&one(1)) && two.contains("value=\"t\""), "{two}");
    assert!(refill(&one(1), &refused("/a", "/")).is_none(), "of another");
    let fresh = one(1).replace("name=\"who\"", "name=\"who\" data-fresh");
    assert!(refill(&fresh, &refused("/a", "/")).is_some());
    assert!(refill(&one(2), &refused("/b", "/")).is_none());
    assert!(
        refill("<form action=\"/a\"><input name=\"x\"></form>", &refused("/a", "/a")).is_none(),
        "it asks"
    );
    assert!(refill("<form method=\"post\"><input name=\"x\"></form>", &refused("/a", "/a")).is_some());
}
