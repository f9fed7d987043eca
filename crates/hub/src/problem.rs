//! What is wrong with a field, as values: programs and the command line read the English sentence, pages say it in the reader's language.
//!
//! One table makes the variants, their keys and their sentences, so that none is without words, and `samples` holds each of them for
//! the tests of whoever has words of its own. Each sentence says what to do next.

use model::clock::Fact;
use model::role::PersonRole;
use std::fmt::{self, Display};

/// A value in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    /// A number.
    Number(u64),
    /// What somebody wrote.
    Text(String),
    /// Stable names; a face has words for each of them under this prefix.
    Names(&'static str, Vec<String>),
}

/// What can stand in a sentence.
trait Argument: Display {
    fn arg(&self) -> Arg;
    /// One that a test finds again in the sentence.
    fn sample() -> Self;
}

impl Argument for usize {
    fn arg(&self) -> Arg {
        Arg::Number(*self as u64)
    }

    fn sample() -> Self {
        4711
    }
}

impl Argument for i64 {
    fn arg(&self) -> Arg {
        Arg::Number(self.unsigned_abs())
    }

    fn sample() -> Self {
        4712
    }
}

impl Argument for String {
    fn arg(&self) -> Arg {
        Arg::Text(self.clone())
    }

    fn sample() -> Self {
        "値0".to_owned()
    }
}

impl Argument for PersonRole {
    fn arg(&self) -> Arg {
        Arg::Names("role", vec![self.to_string()])
    }

    fn sample() -> Self {
        Self::Triager
    }
}

/// What a form asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts(pub Vec<Fact>);

fn names(facts: &[Fact]) -> Vec<String> {
    facts.iter().map(ToString::to_string).collect()
}

impl Display for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&names(&self.0).join(" "))
    }
}

impl Argument for Facts {
    fn arg(&self) -> Arg {
        Arg::Names("fact", names(&self.0))
    }

    fn sample() -> Self {
        Self(vec![Fact::Outline, Fact::Contact])
    }
}

/// The longest part of what somebody wrote that is said back, in characters: enough to find it in the form again.
const QUOTED_CHARS_MAX: usize = 80;

/// What somebody wrote, short enough to stand in a sentence.
#[must_use]
pub fn quoted(text: &str) -> String {
    text.chars().take(QUOTED_CHARS_MAX).collect()
}

/// `"key" Variant { arguments } => "sentence";` for each problem. Arguments are called `value`, `other`, `least`, `most` and `n`, so that
/// a test of the words can give a value to each.
macro_rules! problems {
    ($($key:literal $variant:ident $({ $($arg:ident: $type:ty),+ })? => $sentence:literal;)+) => {
        /// What is wrong with a field, and what to do.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Problem { $(#[doc = $sentence] $variant $({ $(#[doc = stringify!($arg)] $arg: $type),+ })?),+ }

        impl Problem {
            /// The key under which a face has words for it.
            #[must_use]
            pub fn key(&self) -> &'static str {
                match self { $(Self::$variant $({ $($arg: _),+ })? => concat!("problem-", $key)),+ }
            }

            /// The values in its sentence, by name.
            #[must_use]
            pub fn args(&self) -> Vec<(&'static str, Arg)> {
                match self { $(Self::$variant $({ $($arg),+ })? => vec![$($((stringify!($arg), $arg.arg())),+)?]),+ }
            }

            /// Each problem once, for tests.
            #[must_use]
            pub fn samples() -> Vec<Self> {
                vec![$(Self::$variant $({ $($arg: Argument::sample()),+ })?),+]
            }
        }

        impl Display for Problem {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self { $(Self::$variant $({ $($arg),+ })? => write!(f, $sentence)),+ }
            }
        }
    };
}

problems! {
    // any field
    "chars" Chars { least: usize, most: usize } => "{least} to {most} characters";
    "chars-at-least" CharsAtLeast { least: usize } => "at least {least} characters";
    "chars-at-most" CharsAtMost { most: usize } => "at most {most} characters";
    "bytes-at-most" BytesAtMost { most: usize } => "longer than {most} bytes";
    "nul" Nul => "a character that cannot be kept (NUL); leave it out";
    "said" Said { value: String } => "{value}";
    "empty" Empty => "it is empty; fill it in, or choose";
    "not-possible" NotPossible { value: String } => "`{value}` cannot stand here; choose from the form, or write it as the form says";
    "choose-one" ChooseOne => "choose at least one";
    "taken" Taken { value: String } => "`{value}` is taken; choose another";
    "not-a-date" NotADate { value: String } => "`{value}` is not a day; write it like 2026-01-31";
    "not-a-time" NotATime { value: String } => "`{value}` is not a time; write it like 2026-01-31 09:40";
    "clocks-change" ClocksChange => "the clocks change then; add UTC or an offset like +09:00";
    "rfc3339" Rfc3339 => "a time as in RFC 3339, like 2026-01-05T00:15:00Z";
    "in-the-future" InTheFuture => "it lies in the future";
    "not-a-zone" NotAZone { value: String } => "`{value}` is not a time zone; an example is Asia/Tokyo";
    "not-a-mail-address" NotAMailAddress => "write a mail address like name@company.example";
    "not-a-cursor" NotACursor => "this is not a cursor of this list; start without it";
    "idempotency-key" IdempotencyKey { most: usize } => "1 to {most} printable ASCII characters";
    "base64url" Base64Url => "base64url without padding";

    // one's own account
    "mail-needed" MailNeeded => "an address is needed to be told by mail";
    "not-a-phone" NotAPhone => "digits, spaces and + - ( ) # *";
    "not-your-password" NotYourPassword => "it is not your current password";
    "not-the-code" NotTheCode => "not the code of this moment; try the next";
    "passwords-differ" PasswordsDiffer => "the two are not the same; type them again";

    // passkeys, and what a browser and its device made
    "passkeys-need-a-name" PasskeysNeedAName => "the hub is reached by an IP address; passkeys need a name";
    "passkeys-need-tls" PasskeysNeedTls => "the hub is reached without TLS; passkeys need it";
    "passkeys-full" PasskeysFull { most: usize } => "at most {most}; remove one that you do not use";
    "passkey-there" PasskeyThere => "this passkey was added before";
    "passkey-elsewhere" PasskeyElsewhere { value: String } => "passkeys work only at the hub's own address; open {value}";
    "challenge-over" ChallengeOver { n: i64 } => "it is over; ask for a new one, which counts once and for {n} seconds";
    "client-data" ClientData => "not what a browser makes; send clientDataJSON as it is";
    "other-ceremony" OtherCeremony => "made for another ceremony; sign in with get, add with create";
    "other-site" OtherSite => "made on another site; open the hub at its own address";
    "inside-another-site" InsideAnotherSite => "made inside another site; open the hub in a window of its own";
    "not-whole" NotWhole => "not whole; send it as the device made it";
    "other-party" OtherParty => "made for another site";
    "not-touched" NotTouched => "nobody touched the device; try again";
    "not-verified" NotVerified => "the device did not verify you; use its PIN, finger or face";
    "flags" Flags => "its flags contradict each other";
    "not-of-this-ceremony" NotOfThisCeremony => "send what belongs to this ceremony";
    "other-key" OtherKey => "only keys of ES256 are taken; use another device";

    // people and their roles
    "choose-one-or-remove" ChooseOneOrRemove => "choose at least one, or remove the person";
    "last-administrator" LastAdministrator => "the last administrator stays: name another first, or hand over";
    "given-by-two" GivenByTwo { value: PersonRole } => "`{value}` is given by two people of the hub";
    "only-at-the-hub" OnlyAtTheHub { value: PersonRole } => "`{value}` exists only at the hub; choose another";
    "another-person" AnotherPerson => "choose another person";
    "deputy-time" DeputyTime { most: i64 } => "it ends after it begins, at most {most} days later";
    "people-at-most" PeopleAtMost { most: usize } => "at most {most} people";
    "not-a-name" NotAName { most: usize } => "1 to {most} characters that people can see and that do not turn the text";
    "not-a-sign-in-name" NotASignInName { most: usize } => "1 to {most} of a-z, 0-9 and . _ - + @, the first a letter or digit";
    "who-and-why" WhoAndWhy => "say who comes in, and why";
    "administrators-only" AdministratorsOnly => "an organisation gets an administrator this way; roles of the hub exist at the hub only";
    "name-who-cannot-act" NameWhoCannotAct => "an administrator is there: name who of them cannot act any more, by sign-in name";
    "no-administrator" NoAdministrator { value: String } => "`{value}` is no administrator there; take a sign-in name of the list of its people";
    "may-refuse-until" MayRefuseUntil { value: String } => "its administrators can refuse until {value}; agree after that";
    "not-relieved-here" NotRelievedHere => "at the hub nobody is relieved by an admission; another administrator takes the role away";
    "administrator-there" AdministratorThere => "an administrator is there: it invites whom it wants";
    "decided" Decided => "it was decided already";

    // organisations and what they may
    "not-a-slug" NotASlug { value: String } => "`{value}`: use 1 to 40 of a-z, 0-9 and -";
    "no-organisation" NoOrganisation { value: String } => "there is no organisation `{value}`";
    "no-sector" NoSector { value: String } => "there is no sector `{value}`";
    "one-hub" OneHub => "the hub is there already; choose another role";
    "hub-stays" HubStays => "the hub itself cannot leave";
    "hub-role" HubRole => "the hub's role stays with the organisation that was added as the hub; leave it as it is";
    "seat-stays" SeatStays => "incident reports are addressed to it: leave it an authority or a customer";
    "one-level" OneLevel => "a group is one level deep";
    "agreement-version" AgreementVersion { most: usize } => "1 to {most} characters, e.g. 2026-04";
    "not-a-network" NotANetwork { value: String } => "`{value}` is no address and no network such as 192.0.2.0/24";
    "not-a-domain" NotADomain { value: String } => "`{value}` is not a domain such as company.example";
    "entries" Entries { most: usize } => "at most {most} entries a list";
    "name-the-program" NameTheProgram => "name the program that will use it";
    "token-life" TokenLife { most: i64 } => "a token ends later than now and at most {most} days from now";
    "webhooks-full" WebhooksFull { most: usize } => "at most {most} addresses; remove one first";
    "not-a-url" NotAUrl => "it is no address; write https://HOST/PATH";
    "url-secrets" UrlSecrets => "leave out user, password and fragment: the signature shows who sends";
    "url-private" UrlPrivate => "it lies in a private network; the hub's operator can allow it: webhook_networks";
    "two-organisations" TwoOrganisations => "name two organisations of the roster";

    // submissions and what becomes of them
    "nothing-in-it" NothingInIt => "there is nothing in it; send the file itself";
    "call-back" CallBack => "call somebody of this organisation on a registered number, and choose whom";
    "verdict-needed" VerdictNeeded => "choose the verdict that goes back to the senders";
    "not-a-technique" NotATechnique { value: String } => "`{value}` is not an ATT&CK technique; an example is T1566.001";
    "no-destination" NoDestination => "choose at least one destination";
    "draft-changed" DraftChanged => "the draft has changed since you saw it; look at it again";
    "red-stays" RedStays => "TLP:RED never leaves without a person; choose another marking";
    "only-red" OnlyRed => "only what is TLP:RED is for persons by name";
    "name-a-reader" NameAReader => "name at least one person who may read it";
    "out-of-reach" OutOfReach => "the audience does not reach this person";
    "persons-of-the-page" PersonsOfThePage => "tick persons of the page";
    "progress" ProgressNeeded => "answer with swept, seen or not-seen";
    "not-its-short-name" NotItsShortName => "it is not the short name of this organisation; nothing was changed, write that name";
    "not-the-receipt" NotTheReceipt => "it is not the receipt code of this submission; nothing was erased, write that code";
    "on-hold" OnHold => "it is under a legal hold; lift that first";
    "on-hold-taken-back" OnHoldTakenBack => "it is under a legal hold: it is taken back, and erased when the hold is lifted";
    "evidence-on-hold" EvidenceOnHold => "a piece of its evidence is under legal hold; lift that first";
    "not-a-checkpoint" NotACheckpoint => "not a checkpoint of this hub's log; leave it out, or fetch /log/checkpoint";
    "foreign-checkpoint" ForeignCheckpoint => "the checkpoint file is not signed by this log's key";

    // checks
    "answered-elsewhere" AnsweredElsewhere => "it was answered; whoever answered corrects it where the answer was given";
    "machines-at-most" MachinesAtMost { most: usize } => "more than {most} machines; is there a slip of the hand?";
    "more-hits-than-machines" MoreHitsThanMachines => "more machines with hits than machines checked";
    "machines-or-why" MachinesOrWhy => "name at least one machine, or say why you could not check";
    "why-in-words" WhyInWords => "say in words why you could not check";
    "leaving-without-hits" LeavingWithoutHits => "data left, but no machine has a hit; name the machines";
    "recalled" Recalled => "it was recalled; there is nothing to look for";
    "the-hub-asks" TheHubAsks => "members ask about CLEAR and GREEN; about narrower markings the hub asks: write to it on the warning's page";
    "whom" Whom { most: usize } => "name at least one organisation and at most {most}";
    "not-askable" NotAskable => "not an organisation that you can ask";
    "three-days" ThreeDays => "a check in the hub's name gives three days; for a shorter time ask in your own name";
    "due-days" DueDays { most: i64 } => "at most {most} days from now";
    "hub-terms" HubTerms => "a check in the hub's name asks for logs and machines; for other terms ask in your own name";

    // incident reports
    "no-stage" NoStage { value: String } => "there is no stage `{value}`";
    "no-regime" NoRegime { value: String } => "there is no regime `{value}`";
    "no-addressee" NoAddressee { value: String, other: String } => "`{value}` has no addressee `{other}`";
    "not-an-addressee" NotAnAddressee { value: String } => "`{value}` is not REGIME/ADDRESSEE";
    "no-seat" NoSeat { value: String } => "that office receives no reports under `{value}`";
    "several-offices" SeveralOffices { value: String } => "several offices are `{value}`: choose one";
    "receives-nothing" ReceivesNothing => "it is neither authority nor customer";
    "seat-of-the-hub" SeatOfTheHub => "the hub's own people read no reports: whoever holds the machine gives it a seat, with `noroshi admin seat add`";
    "addressees-at-most" AddresseesAtMost { most: usize } => "at most {most} of one incident";
    "addressee-elsewhere" AddresseeElsewhere => "its addressee is not on this hub: send it on their channel and declare it here";
    "changed-meanwhile" ChangedMeanwhile { n: i64 } => "it is at version {n} by now: read it again, then write your changes into that";
    "unanswered" Unanswered { value: Facts } => "{value}";
    "nothing-technical" NothingTechnical => "there is nothing technical in it: fill indicators or samples";
    "not-veris" NotVeris { value: String } => "the file is no VERIS record: {value}";
    "title-or-number" TitleOrNumber { most: usize } => "title or number, 1 to {most} characters";
    "extension-reason" ExtensionReason => "an extension needs its reason";
    "delay-ground" DelayGround => "a delay needs its ground and its end";
    "delay-past" DelayPast => "a delay ends in the future";
    "delay-days" DelayDays { most: i64 } => "a delay is at most {most} days";
    "hours" Hours { most: usize } => "a setting of the regime, and 1 to {most} hours";
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_problem_has_a_key_and_a_sentence_of_its_own() {
        let all = Problem::samples();
        let keys: BTreeSet<&str> = all.iter().map(Problem::key).collect();
        assert_eq!(keys.len(), all.len());
        for one in &all {
            let words = one.to_string();
            assert!(!words.is_empty() && !words.ends_with('.'), "{one:?}: {words}");
            assert!(
                one.args().iter().all(|(name, _)| ["value", "other", "least", "most", "n"].contains(name)),
                "{one:?}"
            );
        }
    }

    #[test]
    fn what_was_written_is_said_back_in_short() {
        assert_eq!(quoted("Asia/Tokio"), "Asia/Tokio");
        assert_eq!(quoted(&"あ".repeat(100)).chars().count(), QUOTED_CHARS_MAX);
    }
}
