# Sign-in
gate-promise = When one is attacked, all are warned within a minute. Nobody can tell who was hit.
gate-how = Send the suspicious mail or the indicators you have. The hub builds a warning that names nobody, asks for your approval of exactly that, and passes it on.
gate-legal = For participating organisations only. Looks and acts are logged.
sign-in-title = Sign in
sign-in-login = User name
sign-in-password = Password
sign-in-go = Sign in
sign-in-wrong = The user name, the password or the one-time code is wrong. Please try again.
sign-in-slow = Too many tries. Please wait { $n } seconds and try again.
sign-in-code = One-time code
sign-in-code-hint = Only if you set one up. A recovery code works too.
