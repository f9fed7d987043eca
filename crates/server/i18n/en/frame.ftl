# The frame of every page
brand = Noroshi
skip = Skip to the content
menu = Menu
nav-label = Main pages
nav-warnings = Warnings
nav-sending = Sending
nav-hub = Hub work
nav-organisation = Your organisation
nav-machine = Roster and rights
nav-community = Community
waiting = waiting:
act-for = Act for another organisation
act-for-go = Switch
sign-out = Sign out
back = Back
cancel = Cancel
unknown = Unknown
version = version { $n }
sources =
    { $n ->
        [one] 1 source
       *[other] { $n } sources
    }
reach =
    { $n ->
        [one] reaches 1 organisation
       *[other] reaches { $n } organisations
    }
independent =
    { $n ->
        [one] 1 independent organisation
       *[other] { $n } independent organisations
    }
pager-label = Pages
pager-first = First page
pager-next = Next page
exercise-chip = Exercise
exercise-banner = This is an exercise. It is not a real attack.
