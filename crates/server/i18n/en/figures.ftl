# Boards and the director's page
figures-title = Figures
figures-lead = This quarter, 13 weeks. Sums only: no names, no content, no exercises.
figures-queue = wait for a verdict
figures-consents = wait for consent
figures-oldest = oldest:
figures-quarter = came in this quarter
figures-members = members
figures-health = The machine
figures-jobs = Jobs that are due
figures-late = { $n } min late
figures-failed = Jobs that failed
figures-leaves = Leaves to be logged
figures-letters = Letters to be sent
figures-refused = Letters refused
board-by-week = Submissions by week and kind
board-minutes = From mail to warning (median)
board-minutes-unit = minutes
board-minutes-lead = Minutes from the first submission to the warning, for what left in that week.
director-title = For the director
director-warnings = warnings received
director-answered = checked and answered
director-seen = seen at home
director-sent = sent to the hub
director-shared = became a warning
director-open = wait for your consent
director-on-call = people on call
director-codes = with passkey or one-time codes
director-picture = Warnings and submissions by week
director-todo = What needs a decision
director-todo-seen =
    { $n ->
        [one] 1 attack was seen at home. Ask your people how far they are.
       *[other] { $n } attacks were seen at home. Ask your people how far they are.
    }
director-todo-answer =
    { $n ->
        [one] 1 warning has no answer yet. Is there somebody who checks?
       *[other] { $n } warnings have no answer yet. Is there somebody who checks?
    }
director-todo-open =
    { $n ->
        [one] 1 submission waits for consent. Until then nobody else is warned.
       *[other] { $n } submissions wait for consent. Until then nobody else is warned.
    }
director-todo-on-call = Nobody is on call.
director-todo-approvers = At most one person may consent. Who decides when that person is away?
director-todo-codes = Some of your people sign in by password alone: ask them for a passkey or one-time codes.
director-todo-always = Once a quarter, check that people and telephone numbers are right.
director-own = Made from what your own organisation sent and received, and from nothing else.
