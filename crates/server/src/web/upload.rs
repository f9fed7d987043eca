//! A form with a file in it. The router has checked the form's token and the size of the body; this reads the parts.

use crate::web::fault::Fault;
use crate::web::fields::Fields;
use axum::extract::{FromRequest, Multipart, Request};
use hub::HubError;
use model::submission::SUBMISSION_BYTES_MAX;

/// The most fields of one form. Ours has seven; a form of thousands is no form.
const FIELDS_MAX: usize = 32;

/// A form with its file.
pub(crate) struct Upload {
    /// The fields but the file.
    pub(crate) fields: Fields,
    /// The file that was chosen: its name and bytes.
    pub(crate) file: Option<(Option<String>, Vec<u8>)>,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        let mut parts = Multipart::from_request(request, state).await.map_err(|_| Fault::Form)?;
        let mut fields = Vec::new();
        let mut file = None;
        while let Some(part) = parts.next_field().await.map_err(broken)? {
            if fields.len() >= FIELDS_MAX {
                return Err(Fault::Form);
            }
            let name = part.name().unwrap_or_default().to_owned();
            let filename = part.file_name().map(str::to_owned);
            let bytes = part.bytes().await.map_err(broken)?;
            if bytes.len() > SUBMISSION_BYTES_MAX {
                return Err(Fault::Hub(HubError::TooLarge(SUBMISSION_BYTES_MAX)));
            }
            match filename {
                // A browser sends the empty name when no file was chosen.
                Some(chosen) if name == "file" && !(chosen.is_empty() && bytes.is_empty()) => {
                    file = Some(((!chosen.is_empty()).then_some(chosen), bytes.to_vec()));
                }
                Some(_) => {}
                None => fields.push((name, String::from_utf8_lossy(&bytes).into_owned())),
            }
        }
        Ok(Self { fields: Fields::new(fields), file })
    }
}

fn broken(why: axum::extract::multipart::MultipartError) -> Fault {
    if why.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        Fault::Hub(HubError::TooLarge(SUBMISSION_BYTES_MAX))
    } else {
        Fault::Form
    }
}
