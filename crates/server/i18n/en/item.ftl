# Inbox and item
inbox-title = Inbox
inbox-lead = Warnings that were shared with your organisation, newest first.
inbox-empty = No warning has been shared with you yet. It will appear here.
recalled-chip = Recalled
item-recalled = This warning was recalled. Reason:
item-recalled-do = Remove the copies you keep and the indicators you loaded into your systems, then confirm the removal here.
item-recall-confirm = Confirm the removal
item-recall-confirmed = Your organisation has confirmed the removal.
item-text = Text
item-other-language = Read it in Japanese
item-machine = For machines
item-machine-lead = The same content as a STIX 2.1 bundle. It is also served over TAXII and the API.
item-bundle = Download STIX 2.1
item-print = This page prints well on A4.
content-indicators = Indicators
content-indicators-hint = Use the defanged form in mails and documents and the plain form for searching. A click on a value selects all of it.
content-no-indicators = There are no indicators.
content-kind = Kind
content-value = Value (defanged, then plain)
content-defanged = Defanged
content-plain = Plain
content-part = Part in the attack
content-confidence = Confidence
content-features = Traits
content-story = Theme of the subject
content-traces = Traces in the structure
content-files = Attached files
content-mailer = Mail program used
content-first-day = First observed on
content-techniques = Techniques (ATT&CK)
content-advice = Analysis and advice
answer-title = Your answer
answer-lead = Neither the other members nor the source learn who answered what.
answer-now = Now:
answer-machines-n =
    { $n ->
        [one] 1 machine checked
       *[other] { $n } machines checked
    }
answer-legend = Did you find it in your organisation?
answer-machines = Machines checked
answer-machines-hint = Only if you know it.
answer-go = Send the answer
answer-not-seen = Not seen
answer-hint-not-seen = We checked and found nothing.
answer-seen = Seen
answer-hint-seen = We found the same attack or the same indicators.
answer-swept = Swept
answer-hint-swept = We have searched our machines or logs; results are being looked at.
question-title = Questions
question-lead = The hub reads your question and relays it to the source. Neither side learns the other's name.
question-label = Your question
question-go = Send the question
