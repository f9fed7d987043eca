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
sign-in-or = Without a password
sign-in-passkey = Sign in with a passkey
sign-in-passkey-cancelled = Nothing was signed: it was cancelled, or this device has no passkey for this hub. Try again, or sign in with your password.
sign-in-passkey-failed = The device gave nothing that can be used here. Try again, or sign in with your password.
sign-in-passkey-wrong = This passkey is not known here, or no longer. Sign in with your password; under “Your account” you can add one.
