# Where something stood in a submission; the rest of the place is shown as it is
place-header = header
place-body = body
place-text = text
place-attachment = attachment
place-link = link
place-line = line
place-indicator = indicator
place-object = object
place-part = part
