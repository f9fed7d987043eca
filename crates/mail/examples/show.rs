//! Prints the JSON of mails, one document a line: `cargo run -p mail --example show -- FILE…`.

fn main() -> std::io::Result<()> {
    for path in std::env::args().skip(1) {
        let raw = std::fs::read(&path)?;
        let (message, problems) = mail::read_message(&raw);
        println!("{}", mail::to_json(&message, &problems));
    }
    Ok(())
}
