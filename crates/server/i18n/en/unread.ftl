# What could not be read in a submission, by the codes of hub::unread; the numbers and words in a sentence are its values in their order:
# value, other, n. A sentence that has none of them gets the word `none`.
unread-said = { $place }: { $problem }
unread-more = { $place } and { $n } more
unread-place-part = part { $value }
unread-place-file = file of part { $value }
unread-place-header = header { $value }
unread-place-header-in = header { $value } of part { $other }
unread-place-quoted = header { $value } in the text
unread-place-body = text
unread-place-line = line { $value }
unread-place-attribute = attribute { $value }

# Mails
unread-mail-empty = the mail is empty
unread-mail-saved-utf-16 = the file was saved again as UTF-16; the mail in it was read
unread-mail-limit-message = the mail is too large; its last { $value } bytes are not read
unread-mail-limit-expanded = it unpacks to more than is read; the rest is left packed
unread-mail-limit-problems = { $value } more are not listed
unread-mail-header-broken = a header line has no name; it was read as part of its neighbours
unread-mail-header-end = the headers end without an empty line
unread-mail-header-raw = the header holds letters without any coding; their charset was guessed
unread-mail-encoded-word = a coded word in the header is not closed
unread-mail-date-unreadable = the date is of no form that is known
unread-mail-limit-headers = { $value } header lines beyond the limit were left out
unread-mail-limit-header = the header is longer than is read; its end is left out
unread-mail-limit-addresses = the header names more addresses than are read
unread-mail-multipart-unstated = the body has parts, and the headers do not say so; each part was read
unread-mail-multipart-unclosed = the parts are never closed; all that came was read
unread-mail-boundary-absent = the boundary of the parts stands nowhere in the body; it was guessed, or the whole was read as text
unread-mail-boundary-missing = no boundary of the parts is stated; it was guessed, or the whole was read as text
unread-mail-base64-broken = { $value } letters are not of base64 and were skipped
unread-mail-base64-cut = the base64 ends within a group of letters; the part may be cut off
unread-mail-base64-appended = plain text follows the base64; it was read as it stands
unread-mail-quoted-printable-broken = { $value } places are no quoted-printable and stayed
unread-mail-coding-lies = the part says base64 and is not; it was read as it stands
unread-mail-coding-unknown = the transfer coding has a name nobody knows; the part was read as it stands
unread-mail-coding-multipart = all the parts were transfer-coded as one; they were decoded and read
unread-mail-limit-parts = { $value ->
    [none] there are more parts than are read; the rest is left out
   *[other] { $value } parts beyond the limit are not read
}
unread-mail-limit-depth = it lies too deep in other parts or files, and was not opened
unread-mail-charset-lies = the stated charset is not that of the letters; they were read as what they are
unread-mail-charset-unknown = nobody knows the stated charset; { $value } bytes were read by content
unread-mail-charset-mixed = the lines are of different charsets; each was read by its own
unread-mail-charset-unreadable = { $value ->
    [none] some bytes fit no charset
   *[other] { $value } places are not of the charset and cannot be read
}
unread-mail-archive-broken = a packed or an office file, or something in it, cannot be opened; what could be unpacked was read
unread-mail-archive-locked = a file in an archive is locked by a password that nobody told
unread-mail-file-absent = an Outlook file names an attachment that it does not hold
unread-mail-outlook-broken = the Outlook file, or a piece of it, cannot be read
unread-mail-tnef-broken = the Outlook attachment (winmail.dat) is cut off; what came before was read
unread-mail-limit-archive = { $value ->
    [none] the file holds more pieces than are read; the rest is left out
   *[other] { $value } more files of an archive are not read
}
unread-mail-limit-attachments = there are more than { $value } files; the rest is not read
unread-mail-limit-text = the text of a file is longer than is kept; its links were all looked for

# Lists of indicators and MISP events
unread-list-none-in-line = no indicator in: { $value }
unread-list-not-a-row = not a row of CSV
unread-list-none-in-row = no indicator in this row
unread-list-not-an-indicator = not an indicator: { $value }
unread-list-not-json = not JSON: { $value }
unread-list-no-attribute = no attribute in this document
unread-list-not-of-type = not of type { $value }: { $other }
unread-list-type-not-read = attributes of type { $value } are not read
unread-list-left-out = { $value } more lines were left out

# STIX
unread-stix-json-malformed = not well-formed JSON: { $value }
unread-stix-key-repeated = a key stands twice: { $value }
unread-stix-not-utf-8 = the byte at { $value } is not UTF-8
unread-stix-input = reading failed on the way
unread-stix-truncated = the text ends before it is complete
unread-stix-trailing-content = something follows the end of the bundle; it was not read
unread-stix-bundle-type = what has a list “objects” is of type bundle, or of none
unread-stix-bundle-nested = a bundle does not contain bundles; send it by itself
unread-stix-object-not-object = a STIX object is a JSON object
unread-stix-required = the property “{ $value }” is missing
unread-stix-wrong-kind = the value is of another kind than STIX has here
unread-stix-id-malformed = “{ $value }” is not of the form type--UUID
unread-stix-id-type = “{ $value }” is not the identifier of an object of type “{ $other }”
unread-stix-timestamp-malformed = “{ $value }” is not a time: { $other }
unread-stix-object-too-long = longer than { $value } bytes; it was not read
unread-stix-object-too-deep = nested deeper than { $value }; it was not read
unread-stix-too-many-objects = more than { $value } objects; the rest has not been read
unread-stix-too-many-faults = more than { $value } faults; the rest has not been read

# What was changed to make STIX 2.0 into 2.1
unread-lift-version-moved = STIX 2.0: spec_version was moved from the bundle to its objects
unread-lift-version-added = STIX 2.0: spec_version is now 2.1
unread-lift-renamed = STIX 2.0: renamed to { $value }
unread-lift-pattern-type = STIX 2.0: pattern_type is now stix, pattern_version 2.0
unread-lift-is-family = STIX 2.0: is_family is taken for false, since STIX 2.0 does not say
unread-lift-milliseconds = STIX 2.0: written to the millisecond
unread-lift-marking-name = STIX 2.0: the marking got its name of 2.1
unread-lift-observed-lifted = STIX 2.0: what was observed became objects of their own, named in object_refs
unread-lift-observed-kept = STIX 2.0: left as they are: more than { $value } observed objects, or { $other } in all
unread-lift-left-out = STIX 2.0: left out, since it is no object: { $value }
unread-lift-more-changes = STIX 2.0: { $value } more changes
