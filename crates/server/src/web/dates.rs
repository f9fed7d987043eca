//! Times as people read them: in their own zone, with UTC beside.

use crate::web::markup::Markup;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::lang::Lang;

/// The zone of this name; UTC when there is none such.
pub(crate) fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// `2026-11-24 13:15 JST (04:15 UTC)`, or `2026年11月24日 13:15 JST(04:15 UTC)`. The day of UTC stands there when it is another.
pub(crate) fn spoken(at: Timestamp, zone: &TimeZone, lang: Lang) -> String {
    let own = at.to_zoned_datetime(zone.clone());
    let utc = at.to_zoned_datetime(TimeZone::UTC);
    let day = match lang {
        Lang::Ja => "%Y年%-m月%-d日 %H:%M %Z",
        Lang::En => "%Y-%m-%d %H:%M %Z",
    };
    if own.offset().is_zero() {
        return own.strftime(day).to_string();
    }
    let beside = if own.date() == utc.date() { "%H:%M" } else { "%m-%d %H:%M" };
    let beside = utc.strftime(beside);
    match lang {
        Lang::Ja => format!("{}({beside} UTC)", own.strftime(day)),
        Lang::En => format!("{} ({beside} UTC)", own.strftime(day)),
    }
}

/// A day of UTC: observed times are known no finer.
pub(crate) fn day(at: Timestamp, lang: Lang) -> String {
    let utc = at.to_zoned_datetime(TimeZone::UTC);
    match lang {
        Lang::Ja => utc.strftime("%Y年%-m月%-d日(UTC)").to_string(),
        Lang::En => utc.strftime("%Y-%m-%d (UTC)").to_string(),
    }
}

/// The same as an HTML `time`, which programs can read.
pub(crate) fn element(at: Timestamp, zone: &TimeZone, lang: Lang) -> Markup {
    let exact = at.strftime("%Y-%m-%dT%H:%M:%SZ");
    Markup::trusted(format!("<time datetime=\"{exact}\">{}</time>", spoken(at, zone, lang)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(at: &str, in_zone: &str, lang: Lang, expected: &str) {
        assert_eq!(spoken(at.parse().unwrap(), &zone(in_zone), lang), expected);
    }

    #[test]
    fn times_in_the_readers_zone() {
        check("2026-11-24T04:15:00Z", "Asia/Tokyo", Lang::En, "2026-11-24 13:15 JST (04:15 UTC)");
        check("2026-11-24T04:15:00Z", "Asia/Tokyo", Lang::Ja, "2026年11月24日 13:15 JST(04:15 UTC)");
        check("2026-11-24T20:00:00Z", "Asia/Tokyo", Lang::En, "2026-11-25 05:00 JST (11-24 20:00 UTC)");
        check("2026-11-24T04:15:00Z", "UTC", Lang::En, "2026-11-24 04:15 UTC");
        check("2026-11-24T04:15:00Z", "no/such", Lang::Ja, "2026年11月24日 04:15 UTC");
    }

    #[test]
    fn the_element_carries_the_instant() {
        let html = element("2026-11-24T04:15:00Z".parse().unwrap(), &zone("UTC"), Lang::En).to_string();
        assert_eq!(html, "<time datetime=\"2026-11-24T04:15:00Z\">2026-11-24 04:15 UTC</time>");
    }
}
