//! Cuts a bundle into its objects while it streams by, without parsing them.
//!
//! Only strings, brackets and commas are looked at. So one broken object does not take its neighbours along, and the
//! memory needed is that of one object. What the objects are is left to [`crate::read`].

use crate::{Fault, Limits, code};
use std::io::Read;

/// How much is read at a time. Larger gains nothing; smaller costs calls.
const CHUNK_BYTES: usize = 256 * 1024;

/// JSON should not begin with one, and Windows programs write it all the same.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A window over the input that slides forward: `buffer[start..]` is not used up yet.
struct Window<R> {
    reader: R,
    buffer: Vec<u8>,
    start: usize,
    ended: bool,
}

impl<R: Read> Window<R> {
    /// Reads more; false at the end of the input.
    fn more(&mut self) -> Result<bool, Fault> {
        if self.ended {
            return Ok(false);
        }
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        let old = self.buffer.len();
        self.buffer.resize(old + CHUNK_BYTES, 0);
        loop {
            match self.reader.read(&mut self.buffer[old..]) {
                Ok(count) => {
                    self.buffer.truncate(old + count);
                    self.ended = count == 0;
                    return Ok(count > 0);
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Fault::read(code::INPUT, "", format!("reading failed: {error}"))),
            }
        }
    }

    /// The next byte that is no blank, without using it up.
    fn peek(&mut self) -> Result<Option<u8>, Fault> {
        loop {
            while let Some(byte) = self.buffer.get(self.start) {
                if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                    return Ok(Some(*byte));
                }
                self.start += 1;
            }
            if !self.more()? {
                return Ok(None);
            }
        }
    }
}

/// As [`Window::peek`], keeping the blanks: a single object is kept byte for byte.
fn peek_kept<R: Read>(
    window: &mut Window<R>,
    limits: &Limits,
    head: &mut Vec<u8>,
) -> Result<Option<u8>, Fault> {
    loop {
        let rest = &window.buffer[window.start..];
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
        head.extend_from_slice(&rest[..blanks]);
        let next = rest.get(blanks).copied();
        window.start += blanks;
        if head.len() > limits.object_bytes {
            return Err(beyond(limits));
        }
        if next.is_some() || !window.more()? {
            return Ok(next);
        }
    }
}

/// What one value turned out to be.
enum Cut {
    /// It spans `buffer[start..start + len]`.
    Whole(usize),
    /// It was longer or deeper than allowed and has been skipped.
    Refused(Fault),
    /// The input ended inside it.
    Truncated,
}

/// The state of the look at one value.
#[derive(Default)]
struct Walk {
    depth: usize,
    deepest: usize,
    in_text: bool,
}

impl Walk {
    /// Looks at `bytes`; returns how many belong to the value once its end is among them. `from` is where to go on;
    /// it is moved to the end of what was looked at.
    fn advance(&mut self, bytes: &[u8], from: &mut usize) -> Option<usize> {
        let mut at = *from;
        while at < bytes.len() {
            if self.in_text {
                match memchr::memchr2(b'"', b'\\', &bytes[at..]) {
                    None => at = bytes.len(),
                    Some(step) if bytes[at + step] == b'"' => {
                        self.in_text = false;
                        at += step + 1;
                        if self.depth == 0 {
                            return Some(at);
                        }
                    }
                    // A backslash at the very end waits for the byte that it escapes.
                    Some(step) if at + step + 1 >= bytes.len() => {
                        *from = at + step;
                        return None;
                    }
                    Some(step) => at += step + 2,
                }
                continue;
            }
            match bytes[at] {
                b'"' => self.in_text = true,
                b'{' | b'[' => {
                    self.depth += 1;
                    self.deepest = self.deepest.max(self.depth);
                }
                // A closing bracket at depth 0 belongs to what surrounds a number or word.
                b'}' | b']' | b',' if self.depth == 0 => return Some(at),
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
            at += 1;
        }
        *from = at;
        None
    }
}

/// Finds the end of the value at the window's start. A value that is too long is let go as it streams by.
fn cut<R: Read>(window: &mut Window<R>, limits: &Limits) -> Result<Cut, Fault> {
    let mut walk = Walk::default();
    let mut looked = 0;
    let mut too_long = false;
    loop {
        let found = walk.advance(&window.buffer[window.start..], &mut looked);
        too_long |= found.unwrap_or(looked) > limits.object_bytes;
        if too_long {
            window.start += found.unwrap_or(looked);
            looked = 0;
        }
        if let Some(length) = found {
            if too_long {
                return Ok(Cut::Refused(beyond(limits)));
            }
            if walk.deepest > limits.depth {
                window.start += length;
                let text = format!("nested deeper than {}", limits.depth);
                let fault = Fault::read(code::OBJECT_TOO_DEEP, "", text).with([limits.depth.to_string()]);
                return Ok(Cut::Refused(fault));
            }
            return Ok(Cut::Whole(length));
        }
        if !window.more()? {
            return Ok(Cut::Truncated);
        }
    }
}

/// What stands around the objects.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Frame {
    /// The value of `type` at the top, if it is a string.
    pub(crate) type_: Option<String>,
    /// The value of `spec_version` at the top, if it is a string: bundles of STIX 2.0 have one.
    pub(crate) spec_version: Option<String>,
    /// True when there was an array `objects`.
    pub(crate) has_objects: bool,
    /// The whole text, where it was one object and no bundle.
    pub(crate) single: Option<Vec<u8>>,
    /// Where it was read to its end: what stands around the objects, with an empty list in their place.
    pub(crate) around: Option<Vec<u8>>,
}

impl Frame {
    /// True when the bundle has called itself 2.0 so far.
    pub(crate) fn is_2_0(&self) -> bool {
        self.spec_version.as_deref() == Some("2.0")
    }
}

/// Gets what is known of the frame by then, each object's bytes or what is wrong with it, and its index (none for faults
/// of the frame); false stops.
pub(crate) type Each<'e> = dyn FnMut(&Frame, Option<usize>, Result<&[u8], Fault>) -> bool + 'e;

/// As [`Each`], of one frame.
type One<'e> = dyn FnMut(Option<usize>, Result<&[u8], Fault>) -> bool + 'e;

/// Cuts the input at its objects and hands each to `each`.
pub(crate) fn split<R: Read>(reader: R, limits: &Limits, each: &mut Each<'_>) -> Result<Frame, Fault> {
    let mut window = Window { reader, buffer: Vec::new(), start: 0, ended: false };
    while window.buffer.len() < BYTE_ORDER_MARK.len() && window.more()? {}
    if window.buffer.starts_with(BYTE_ORDER_MARK) {
        window.start = BYTE_ORDER_MARK.len();
    }
    match window.peek()? {
        Some(b'{') => {}
        Some(_) => return Err(malformed("does not begin with a JSON object")),
        None => return Err(malformed("is empty")),
    }
    window.start += 1;
    let mut frame = Frame::default();
    let mut head = Vec::from(*b"{");
    loop {
        match step(&mut window, limits, &mut frame, &mut head, each)? {
            Step::Next => {}
            Step::End => break,
            Step::Stop => return Ok(frame),
        }
    }
    if !frame.has_objects {
        frame.single = Some(head);
        return Ok(frame);
    }
    if window.peek()?.is_some() {
        each(
            &frame,
            None,
            Err(Fault::read(code::TRAILING_CONTENT, "", "something follows the end of the bundle")),
        );
    }
    frame.around = Some(head);
    Ok(frame)
}

enum Step {
    Next,
    /// The closing brace of the frame.
    End,
    /// Nothing more is to be read.
    Stop,
}

/// Reads one member of the top object.
fn step<R: Read>(
    window: &mut Window<R>,
    limits: &Limits,
    frame: &mut Frame,
    head: &mut Vec<u8>,
    each: &mut Each<'_>,
) -> Result<Step, Fault> {
    let Some(byte) = peek_kept(window, limits, head)? else { return truncated(frame, each) };
    if byte != b'"' {
        // Commas, colons and what should not be here: kept for the parser where this is a single object.
        head.push(byte);
        window.start += 1;
        if byte == b'}' && !frame.has_objects {
            collect_rest(window, limits, head)?;
        }
        return Ok(if byte == b'}' { Step::End } else { Step::Next });
    }
    let Some(key) = take(window, limits, head)? else { return truncated(frame, each) };
    if peek_kept(window, limits, head)? == Some(b':') {
        head.push(b':');
        window.start += 1;
    }
    match peek_kept(window, limits, head)? {
        None => return truncated(frame, each),
        Some(b'[') if key == b"\"objects\"" && !frame.has_objects => {
            frame.has_objects = true;
            head.extend_from_slice(b"[]");
            window.start += 1;
            return elements(window, limits, &mut |index, part| each(frame, index, part));
        }
        Some(b'}' | b',') => return Ok(Step::Next),
        Some(_) => {}
    }
    let Some(value) = take(window, limits, head)? else { return truncated(frame, each) };
    let told = match key.as_slice() {
        b"\"type\"" => &mut frame.type_,
        b"\"spec_version\"" => &mut frame.spec_version,
        _ => return Ok(Step::Next),
    };
    if told.is_none() {
        *told = serde_json::from_slice(&value).ok();
    }
    Ok(Step::Next)
}

/// An object, or what stands around the objects, of more bytes than are read.
fn beyond(limits: &Limits) -> Fault {
    let most = limits.object_bytes;
    Fault::read(code::OBJECT_TOO_LONG, "", format!("longer than {most} bytes")).with([most.to_string()])
}

/// JSON that cannot be cut into objects.
fn malformed(text: &str) -> Fault {
    Fault::read(code::JSON_MALFORMED, "", text).with([text.to_owned()])
}

fn truncated(frame: &Frame, each: &mut Each<'_>) -> Result<Step, Fault> {
    let fault = Fault::read(code::TRUNCATED, "", "the text ends before the JSON does");
    if !frame.has_objects {
        return Err(fault);
    }
    each(frame, None, Err(fault));
    Ok(Step::Stop)
}

/// Takes one value of the frame, which together may be as long as one object.
fn take<R: Read>(
    window: &mut Window<R>,
    limits: &Limits,
    head: &mut Vec<u8>,
) -> Result<Option<Vec<u8>>, Fault> {
    match cut(window, limits)? {
        Cut::Truncated => Ok(None),
        Cut::Refused(fault) => Err(fault),
        Cut::Whole(length) => {
            let value = window.buffer[window.start..window.start + length].to_vec();
            window.start += length;
            head.extend_from_slice(&value);
            if head.len() > limits.object_bytes {
                return Err(beyond(limits));
            }
            Ok(Some(value))
        }
    }
}

/// What follows a single object belongs to its text: the parser says what is wrong with it.
fn collect_rest<R: Read>(window: &mut Window<R>, limits: &Limits, head: &mut Vec<u8>) -> Result<(), Fault> {
    while let Some(byte) = peek_kept(window, limits, head)? {
        head.push(byte);
        window.start += 1;
        if head.len() > limits.object_bytes {
            return Err(beyond(limits));
        }
    }
    Ok(())
}

fn elements<R: Read>(window: &mut Window<R>, limits: &Limits, each: &mut One<'_>) -> Result<Step, Fault> {
    let mut index = 0;
    let mut comma = true;
    loop {
        let goes_on = match window.peek()? {
            None => {
                each(
                    None,
                    Err(Fault::read(code::TRUNCATED, "", "the text ends inside the array of objects")),
                );
                return Ok(Step::Stop);
            }
            Some(b']') => {
                window.start += 1;
                let text = "a comma where an object should be";
                let open = comma && index > 0;
                let goes_on = !open || each(Some(index), Err(malformed(text)));
                return Ok(if goes_on { Step::Next } else { Step::Stop });
            }
            Some(b',') => {
                window.start += 1;
                let twice = std::mem::replace(&mut comma, true);
                !twice || each(Some(index), Err(malformed("a comma where an object should be")))
            }
            Some(_) => {
                let missing = !std::mem::replace(&mut comma, false);
                let text = "the comma before this object is missing";
                let goes_on = !missing || each(Some(index), Err(malformed(text)));
                goes_on && element(window, limits, &mut index, each)?
            }
        };
        if !goes_on {
            return Ok(Step::Stop);
        }
        if index > limits.objects {
            let text = format!("more than {} objects", limits.objects);
            let fault = Fault::read(code::TOO_MANY_OBJECTS, "", text).with([limits.objects.to_string()]);
            each(None, Err(fault));
            return Ok(Step::Stop);
        }
    }
}

fn element<R: Read>(
    window: &mut Window<R>,
    limits: &Limits,
    index: &mut usize,
    each: &mut One<'_>,
) -> Result<bool, Fault> {
    let at = *index;
    *index += 1;
    match cut(window, limits)? {
        Cut::Refused(fault) => Ok(each(Some(at), Err(fault))),
        Cut::Truncated => {
            window.start = window.buffer.len();
            Ok(each(Some(at), Err(Fault::read(code::TRUNCATED, "", "the text ends inside this object"))))
        }
        // A stray closing brace: skipped, or the walk would stand still.
        Cut::Whole(0) => {
            window.start += 1;
            Ok(each(Some(at), Err(malformed("a closing brace without an object"))))
        }
        Cut::Whole(length) => {
            let goes_on = each(Some(at), Ok(&window.buffer[window.start..window.start + length]));
            window.start += length;
            Ok(goes_on)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cuts with a reader that gives one byte at a time, and with one that gives all; both must agree.
    fn check(input: &str, expected: &[&str]) {
        struct OneByte<'a>(&'a [u8]);
        impl Read for OneByte<'_> {
            fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
                self.0.read(&mut out[..1])
            }
        }
        let run = |reader: &mut dyn Read| {
            let mut seen = Vec::new();
            let limits = Limits { object_bytes: 48, objects: 5, depth: 3, faults: 9 };
            let frame = split(reader, &limits, &mut |_, _, part| {
                seen.push(match part {
                    Ok(bytes) => String::from_utf8_lossy(bytes).into_owned(),
                    Err(fault) => fault.code.to_owned(),
                });
                true
            });
            match frame {
                Ok(Frame { single: Some(text), .. }) => seen.push(String::from_utf8(text).unwrap()),
                Ok(_) => {}
                Err(fault) => seen.push(format!("refused: {}", fault.code)),
            }
            seen
        };
        assert_eq!(run(&mut input.as_bytes()), expected, "{input}");
        assert_eq!(run(&mut OneByte(input.as_bytes())), expected, "{input}, byte by byte");
    }

    #[test]
    fn cuts_at_objects() {
        check(
            r#"{"type":"bundle","objects":[{"a":"]},\"{"}, {"b":[1,2]}],"more":true}"#,
            &[r#"{"a":"]},\"{"}"#, r#"{"b":[1,2]}"#],
        );
        check("\u{feff} {\"objects\" : [ ] }", &[]);
        check(r#"{"objects":[1,"x",null]}"#, &["1", "\"x\"", "null"]);
        check(r#"{"type":"url","value":"x"}"#, &[r#"{"type":"url","value":"x"}"#]);
        check(r#"{"type":"observed-data","objects":{}}"#, &[r#"{"type":"observed-data","objects":{}}"#]);
    }

    #[test]
    fn goes_on_after_a_fault() {
        check(r#"{"objects":[{"a":1} {"b":2}]}"#, &[r#"{"a":1}"#, "json-malformed", r#"{"b":2}"#]);
        check(r#"{"objects":[{"a":1},,{"b":2}]}"#, &[r#"{"a":1}"#, "json-malformed", r#"{"b":2}"#]);
        check(r#"{"objects":[{"a":[[[[1]]]]},{"b":2}]}"#, &["object-too-deep", r#"{"b":2}"#]);
        check(
            r#"{"objects":[{"a":"01234567890123456789012345678901234567890123456789"},{"b":2}]}"#,
            &["object-too-long", r#"{"b":2}"#],
        );
        check(r#"{"objects":[},{"b":2}]}"#, &["json-malformed", r#"{"b":2}"#]);
        check(r#"{"objects":[1,2,3,4,5,6,7]}"#, &["1", "2", "3", "4", "5", "6", "too-many-objects"]);
        check(r#"{"objects":[{"a":1},{"b"#, &[r#"{"a":1}"#, "truncated", "truncated"]);
        check(r#"{"objects":[]} x"#, &["trailing-content"]);
    }

    #[test]
    fn refuses_what_is_no_bundle() {
        check("", &["refused: json-malformed"]);
        check("[]", &["refused: json-malformed"]);
        check("{", &["refused: truncated"]);
        check(r#"{"type":"#, &["refused: truncated"]);
        check(r#"{"a":"01234567890123456789012345678901234567890123456789"}"#, &["refused: object-too-long"]);
        check(r#"{"a":1}{"b":2}"#, &[r#"{"a":1}{"b":2}"#]);
    }
}
