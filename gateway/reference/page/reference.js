/* global SwaggerUIBundle */

/** Access tokens are renewed this long before they end, in milliseconds. */
const EARLY_MS = 30_000;

const form = document.querySelector('#sign-in');
const output = form.querySelector('output');

/** What signing in answered, and when its access token ends. In memory only: it is gone with the page. */
let session;

const ui = SwaggerUIBundle({
  url: '../openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  docExpansion: 'none',
  displayRequestDuration: true,
  // Nothing is sent to anybody for checking.
  validatorUrl: null,
  requestInterceptor: async (request) => {
    if (session !== undefined && request.headers?.Authorization !== undefined)
      request.headers.Authorization = `Bearer ${await freshToken()}`;
    return request;
  },
});

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void signIn(form.elements.email.value, form.elements.password.value);
});

async function signIn(email, password) {
  try {
    take(await post('/v1/auth/login', { email, password }));
    form.elements.password.value = '';
    output.textContent = `Signed in as ${email}.`;
  } catch (error) {
    output.textContent = error.message;
  }
}

async function freshToken() {
  if (Date.now() > session.endsAt - EARLY_MS) take(await post('/v1/auth/token:refresh', { refreshToken: session.refreshToken }));
  return session.accessToken;
}

function take(tokens) {
  session = { ...tokens, endsAt: Date.now() + Number.parseFloat(tokens.expiresIn) * 1000 };
  ui.preauthorizeApiKey('accessToken', tokens.accessToken);
}

async function post(path, body) {
  const answer = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const json = await answer.json();
  if (!answer.ok) throw new Error(json.message);
  return json;
}
