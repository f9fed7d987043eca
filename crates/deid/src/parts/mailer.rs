//! The program that wrote the mail: a product of the shipped list and its version in at most three numbers.

/// Products, the longer name first where one begins another. Free words after them stay.
const PRODUCTS: &[&str] = &[
    "PHPMailer",
    "Leaf PHPMailer",
    "SwiftMailer",
    "Swift Mailer",
    "Microsoft Outlook Express",
    "Microsoft Outlook",
    "Microsoft Office Outlook",
    "Microsoft Windows Mail",
    "Microsoft Windows Live Mail",
    "Microsoft CDO",
    "Microsoft MimeOLE",
    "Mozilla Thunderbird",
    "Thunderbird",
    "Apple Mail",
    "iPhone Mail",
    "iPad Mail",
    "Foxmail",
    "The Bat!",
    "Roundcube Webmail",
    "SquirrelMail",
    "Horde Application Framework",
    "Internet Messaging Program (IMP)",
    "Zimbra",
    "Open-Xchange Mailer",
    "Becky! ver",
    "Shuriken",
    "Sylpheed",
    "Mew",
    "Wanderlust",
    "WinBiff",
    "AL-Mail32",
    "EdMax",
    "DreamMail",
    "Mutt",
    "Evolution",
    "KMail",
    "Claws Mail",
    "eM Client",
    "Lotus Notes",
    "IBM Notes",
    "Novell GroupWise",
    "Coremail Webmail",
    "RainLoop",
    "YahooMailWebService",
    "WebService",
    "aspNetEmail",
    "MailKit",
    "nodemailer",
    "Python",
    "Perl",
    "Blat",
    "sendEmail",
    "swaks",
    "King Mailer",
    "Gammadyne Mailer",
    "SendBlaster",
    "Atomic Mail Sender",
    "Mass Mailer",
    "MailChimp Mailer",
    "Mailgun",
    "SendGrid",
    "Sendinblue",
    "WordPress",
    "Drupal",
    "ColdFusion",
    "CodeIgniter",
    "Zend",
    "JavaMail",
    "Supmailer",
    "XMailer",
    "Geany",
    "Alpine",
    "Pegasus Mail",
    "Eudora",
    "Nylas",
    "Spark",
    "Airmail",
    "Mail.Ru Mailer",
    "Yandex.Mail",
    "GMX",
    "Acrobat",
    "Cabestan",
    "Salesforce",
    "Amazon SES",
    "Postfix",
    "Exim",
    "Zoho Mail",
    "MDaemon",
    "SmarterMail",
    "Kerio",
];

/// Longest number of a version.
const NUMBER_DIGITS_MAX: usize = 4;
/// Numbers of a version that leave; more is a build or, as seen, an address.
const NUMBERS_MAX: usize = 3;

/// The product and version that the header names, or `None` when the product is not on the list.
pub(crate) fn product(header: &str) -> Option<String> {
    let lower = header.to_lowercase();
    let (at, name) = PRODUCTS
        .iter()
        .filter_map(|name| lower.find(&name.to_lowercase()).map(|at| (at, *name)))
        .min_by_key(|(at, name)| (*at, std::cmp::Reverse(name.len())))?;
    let before = lower[..at].chars().next_back();
    if before.is_some_and(char::is_alphanumeric) {
        return None;
    }
    let after = header.get(at + name.len()..).unwrap_or_default();
    if after.starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    Some(match version(after) {
        Some(version) => format!("{name} {version}"),
        None => name.to_owned(),
    })
}

fn version(after: &str) -> Option<String> {
    let edge = |c: char| matches!(c, ' ' | '/' | '[' | '(' | ',' | '-' | ':' | '!');
    let rest = after.trim_start_matches(edge);
    let rest =
        ["version ", "Version ", "ver. ", "v", "V"].iter().find_map(|p| rest.strip_prefix(p)).unwrap_or(rest);
    let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
    let numbers: Vec<&str> = rest[..end].split('.').filter(|n| !n.is_empty()).take(NUMBERS_MAX).collect();
    let plain = !numbers.is_empty() && numbers.iter().all(|n| n.len() <= NUMBER_DIGITS_MAX);
    plain.then(|| numbers.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products() {
        let check = |header: &str, expected: Option<&str>| {
            assert_eq!(product(header).as_deref(), expected, "{header}")
        };
        check("PHPMailer [version 1.73]", Some("PHPMailer 1.73"));
        check("PHPMailer 6.14.103.24 (https://x.example)", Some("PHPMailer 6.14.103"));
        check("Microsoft Outlook 16.0", Some("Microsoft Outlook 16.0"));
        check("Foxmail 6, 13, 102, 15 [cn]", Some("Foxmail 6"));
        check("Fujimi Denki Groupware 2", None);
        check("Microsoft Outlook (Fujimi Denki)", Some("Microsoft Outlook"));
        check("The Bat! (v3.99.27) Professional", Some("The Bat! 3.99.27"));
    }
}
