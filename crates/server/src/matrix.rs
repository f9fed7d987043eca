//! The access matrix: one row a route. The router is built from these rows and from nothing else.
//!
//! A row says who may call (which rights, shown by a session or by credentials), what the `{id}` in the path stands for, whether
//! a form of a session has to prove that it is ours, and how large the body may be. [`crate::router()`] applies it to the handler
//! that stands beside it in the table of the face. What a right means is decided by the capabilities of [`sharing::Caller`].

use crate::state::App;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter};
use model::named::named;
use model::submission::SUBMISSION_BYTES_MAX;
use sharing::Caller;

/// The largest body of a form or of a JSON request: two texts of an analyst and 5,000 check boxes fit.
pub const FORM_BYTES_MAX: usize = 1024 * 1024;

/// The largest body of a route that reads none.
pub const EMPTY_BYTES_MAX: usize = 4096;

/// The largest upload by web form: a submission and what multipart adds around it.
pub const UPLOAD_BYTES_MAX: usize = SUBMISSION_BYTES_MAX + 64 * 1024;

/// A face: decides how callers show who they are, and how refusals look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// Pages for people: a session cookie; refusals are pages.
    Web,
    /// The JSON API: credentials or a session; refusals are problems of RFC 9457.
    Api,
    /// TAXII 2.1: credentials; refusals are its error messages.
    Taxii,
}

impl Face {
    /// Its name in figures.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Api => "api",
            Self::Taxii => "taxii",
        }
    }

    /// The face that a path belongs to, whether or not there is a route.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let under =
            |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        match () {
            () if under("/taxii2") => Self::Taxii,
            () if under("/api") || under("/log") || path == "/healthz" || path == "/readyz" => Self::Api,
            () => Self::Web,
        }
    }
}

named! {
    /// What a caller has to be able to do: the capabilities of [`Caller`] by name.
    pub enum Right {
        /// Read what was released to its organisation.
        Read = "read",
        /// See its organisation's submissions.
        Source = "source",
        /// Send.
        Report = "report",
        /// Consent and withdraw.
        Approve = "approve",
        /// Answer items.
        Answer = "answer",
        /// See and answer the checks put to its organisation.
        Check = "check",
        /// Ask others to check.
        Ask = "ask",
        /// Manage its organisation.
        OrgAdmin = "org-admin",
        /// Write and send its organisation's incident reports.
        File = "file",
        /// Receive the reports addressed to its organisation.
        Office = "office",
        /// Hub: look at submissions.
        Look = "look",
        /// Hub: give verdicts.
        Triage = "triage",
        /// Hub: edit drafts.
        Analyse = "analyse",
        /// Hub: release and recall.
        Release = "release",
        /// Hub: run the machine.
        Operate = "operate",
        /// Hub: read the log's health and the rights, without content.
        Audit = "audit",
        /// Hub: admit somebody together with another person.
        Admit = "admit",
        /// Be a person with a session.
        Person = "person",
    }
}

impl Right {
    /// Whether the caller has it.
    #[must_use]
    pub fn held_by(self, caller: &Caller) -> bool {
        match self {
            Self::Read => caller.reader().is_ok(),
            Self::Source => caller.source().is_ok(),
            Self::Report => caller.reporter().is_ok(),
            Self::Approve => caller.approver().is_ok(),
            Self::Answer => caller.answerer().is_ok(),
            Self::Check => caller.asked().is_ok(),
            Self::Ask => caller.asker().is_ok(),
            Self::OrgAdmin => caller.org_admin().is_ok(),
            Self::File => caller.filer().is_ok(),
            Self::Office => caller.office().is_ok(),
            Self::Look => caller.staff().is_ok(),
            Self::Triage => caller.triager().is_ok(),
            Self::Analyse => caller.analyst().is_ok(),
            Self::Release => caller.releaser().is_ok(),
            Self::Operate => caller.operator().is_ok(),
            Self::Audit => caller.auditor().is_ok(),
            Self::Admit => caller.rescuer().is_ok(),
            Self::Person => caller.person().is_some(),
        }
    }
}

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everybody. A valid session is noticed, nothing is required.
    Public,
    /// Whoever showed who it is.
    Known,
    /// Whoever has one of these rights.
    With(&'static [Right]),
    /// Whoever has all of these rights.
    WithAll(&'static [Right]),
}

impl Who {
    /// Whether a known caller passes.
    #[must_use]
    pub fn admits(self, caller: &Caller) -> bool {
        match self {
            Self::Public | Self::Known => true,
            Self::With(rights) => rights.iter().any(|right| right.held_by(caller)),
            Self::WithAll(rights) => rights.iter().all(|right| right.held_by(caller)),
        }
    }
}

/// What the identifiers in a path stand for, so that a test can put another organisation's in their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    /// No identifier.
    None,
    /// A submission of the caller's organisation: another's is as absent as none.
    OwnSubmission,
    /// An item that was released to the caller: any other is absent.
    ReleasedItem,
    /// A collection that the caller has.
    Collection,
    /// A status resource of the caller's organisation.
    OwnStatus,
    /// A token of the caller's organisation.
    OwnToken,
    /// A webhook of the caller's organisation.
    OwnWebhook,
    /// A check that was put to the caller's organisation.
    OwnPut,
    /// A check that the caller's organisation asked.
    OwnAsk,
    /// Any check as put to an organisation: hub staff.
    AnyPut,
    /// The token of a one-time link: itself what lets its holder in, with the cookie that its code was exchanged for.
    Link,
    /// An incident of the caller's organisation.
    OwnIncident,
    /// A report of the caller's organisation.
    OwnReport,
    /// A report sent to the caller's office, each look logged.
    AddressedReport,
    /// A person of the caller's organisation.
    OwnPerson,
    /// A passkey of the caller itself.
    OwnPasskey,
    /// An invitation of the caller's organisation.
    OwnInvitation,
    /// A mail that is held for the caller's organisation.
    OwnHeldMail,
    /// An admission into the caller's organisation.
    OwnAdmission,
    /// An admission: hub staff.
    AnyAdmission,
    /// Any organisation: whoever keeps the roster, or records what somebody of it said.
    AnyOrganisation,
    /// Any submission: hub staff, each look logged.
    AnySubmission,
    /// Any item: hub staff.
    AnyItem,
    /// Any question: hub staff.
    AnyQuestion,
    /// A file of the public log.
    LogFile,
}

/// One row of the matrix.
#[derive(Clone, Debug)]
pub struct Row {
    /// The face.
    pub face: Face,
    /// The method. `GET` answers `HEAD` too.
    pub method: Method,
    /// The path with its parameters, as axum writes them.
    pub path: &'static str,
    /// Who may call.
    pub who: Who,
    /// What the path names.
    pub object: Object,
    /// Whether a call by session has to carry the session's `csrf` value: every act does, except signing in.
    pub csrf: bool,
    /// The largest body, in bytes.
    pub body_max: usize,
}

/// A row and its handler: the only thing that can be mounted.
pub struct Route {
    /// The row.
    pub row: Row,
    /// Makes the handler for the row's method.
    pub handler: fn(MethodFilter) -> MethodRouter<App>,
}

impl Row {
    /// A read.
    #[must_use]
    pub const fn get(face: Face, path: &'static str, who: Who, object: Object) -> Self {
        Self { face, method: Method::GET, path, who, object, csrf: false, body_max: EMPTY_BYTES_MAX }
    }

    /// An act: by session only with the `csrf` value, by credentials without.
    #[must_use]
    pub const fn act(face: Face, method: Method, path: &'static str, who: Who, object: Object) -> Self {
        Self { face, method, path, who, object, csrf: true, body_max: FORM_BYTES_MAX }
    }

    /// The same without the `csrf` value: signing in, where there is no session yet, and one-time links, which need none.
    #[must_use]
    pub fn without_csrf(self) -> Self {
        Self { csrf: false, ..self }
    }

    /// The same with another limit.
    #[must_use]
    pub fn body_max(self, bytes: usize) -> Self {
        Self { body_max: bytes, ..self }
    }
}

/// One line of a contents page: a row and the handler that serves it.
macro_rules! route {
    ($row:expr, $handler:expr) => {
        $crate::matrix::Route { row: $row, handler: |method| axum::routing::on(method, $handler) }
    };
}
pub(crate) use route;

/// Every route of every face.
#[must_use]
pub fn routes() -> Vec<Route> {
    [crate::taxii::routes(), crate::api::routes(), crate::web::routes()].into_iter().flatten().collect()
}
