// Passkeys: asks the browser and the device behind it, writes what they say into a form, and sends the form. Without it the page is signed in to and
// read as before; what the page says in either case stands in the page, in its language.
"use strict";
(() => {
  const form = document.querySelector("form[data-passkey]");
  if (!form) return;
  const place = document.getElementById("passkey-place");
  const say = (what) => {
    for (const line of form.querySelectorAll("[data-said]")) line.hidden = line.dataset.said !== what;
  };
  const bytes = (text) => {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (c) => c.charCodeAt(0));
  };
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const write = (name, buffer) => { form.elements[name].value = text(buffer); };

  const host = form.dataset.rp;
  const here = location.hostname === host || location.hostname.endsWith(`.${host}`);
  if (!window.PublicKeyCredential || !here) {
    const why = document.querySelector(here ? "[data-passkey-unknown]" : "[data-passkey-elsewhere]");
    if (why) why.hidden = false;
    return;
  }
  for (const note of document.querySelectorAll("[data-passkey-script]")) note.hidden = true;
  if (place) place.hidden = false;

  const signIn = async () => {
    const answer = await fetch("/api/v1/session/passkey", { headers: { accept: "application/json" } });
    if (!answer.ok) throw new Error("no challenge");
    const told = await answer.json();
    const publicKey = {
      challenge: bytes(told.challenge), rpId: told.rp_id, userVerification: told.user_verification, timeout: told.timeout_ms,
    };
    const shown = await navigator.credentials.get({ publicKey });
    write("credential", shown.rawId);
    write("client_data", shown.response.clientDataJSON);
    write("authenticator_data", shown.response.authenticatorData);
    write("signature", shown.response.signature);
    write("user_handle", shown.response.userHandle ?? new ArrayBuffer(0));
  };

  const add = async () => {
    const told = form.dataset;
    const publicKey = {
      challenge: bytes(told.challenge),
      rp: { id: told.rp, name: told.hub },
      user: { id: bytes(told.user), name: told.login, displayName: told.name },
      pubKeyCredParams: [{ type: "public-key", alg: Number(told.algorithm) }],
      excludeCredentials: told.have.split(" ").filter(Boolean).map((id) => ({ type: "public-key", id: bytes(id) })),
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
      attestation: "none",
      timeout: Number(told.timeout),
    };
    const made = await navigator.credentials.create({ publicKey });
    write("client_data", made.response.clientDataJSON);
    write("authenticator_data", made.response.getAuthenticatorData());
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    say("waiting");
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      await (form.dataset.passkey === "add" ? add() : signIn());
      form.submit();
    } catch (why) {
      button.disabled = false;
      say(why.name === "InvalidStateError" ? "there" : why.name === "NotAllowedError" ? "cancelled" : "failed");
      button.focus();
    }
  });
})();
