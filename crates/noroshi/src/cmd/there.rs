//! A command that looks after a hub wants one that is there. A folder that was typed wrongly would otherwise get a new and empty hub, and what
//! was done would be done to that.

use crate::settings::{File, Place};

/// Refuses a place without a hub, and says what to do next. `noroshi serve` and the adding of the hub's own organisation make one.
pub async fn require(place: &Place, file: &File) -> Result<(), String> {
    match store::is_there(&place.location(file)).await {
        Ok(true) => Ok(()),
        Ok(false) => {
            let (what, next) = missing(place, file);
            Err(format!("{what}; {next}"))
        }
        Err(why) => Err(why.to_string()),
    }
}

/// What is wrong where there is none, and what to do.
pub fn missing(place: &Place, file: &File) -> (String, String) {
    let data = place.data.display();
    let what = match place.location(file).postgres {
        Some(_) => "the database that `database` names holds no hub".to_owned(),
        None => format!("{data} holds no hub"),
    };
    let next = format!(
        "name the folder of yours with --data or NOROSHI_DATA, or set up a new one here, first of all with \
         `noroshi admin --data {data} org add --slug hub --role hub --name-en NAME`"
    );
    (what, next)
}
