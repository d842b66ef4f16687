/** What links in letters lead to: a new account, proof of an address, a new password. The part after # says which. */

const byId = (id) => document.getElementById(id);
const given = new URLSearchParams(location.hash.slice(1));
// Not in the history, nor in anything that the address is copied into.
history.replaceState(null, '', location.pathname);

async function post(path, body) {
  const answer = await fetch(`/api/v1/auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const said = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw new Error(said.detail ?? said.title);
  return said;
}

const FLOWS = {
  new: {
    title: 'Make an account',
    about: 'We send you a link to confirm the address.',
    asks: ['email', 'password'],
    submit: 'Make the account',
    run: ({ email, password }) => post('/sign-up', { email, password }),
    done: ['Look into your mail', 'The link in it confirms your address; then sign in.'],
  },
  invitation: {
    title: 'You are invited',
    about: 'Choose a password, and you are in.',
    asks: ['email', 'password'],
    submit: 'Make the account',
    run: ({ email, password }) => post('/sign-up', { email, password, invitation: given.get('invitation') }),
    done: ['Welcome', 'Your account is ready: sign in.'],
  },
  verify: {
    title: 'Confirm your address',
    about: 'One click, and the account is yours.',
    asks: [],
    submit: 'Confirm',
    run: () => post('/verify-email', { token: given.get('verify') }),
    done: ['Confirmed', 'Sign in with the password that you chose.'],
  },
  forgot: {
    title: 'Forgot your password?',
    about: 'We send you a link to choose a new one.',
    asks: ['email'],
    submit: 'Send the link',
    run: ({ email }) => post('/password/forgot', { email }),
    done: ['Look into your mail', 'If the address has an account here, a link is on its way to it.'],
  },
  reset: {
    title: 'Choose a new password',
    about: 'You will be signed out everywhere.',
    asks: ['password'],
    submit: 'Set the password',
    run: ({ password }) => post('/password/reset', { token: given.get('reset'), newPassword: password }),
    done: ['Done', 'Sign in with the new password.'],
  },
};

const flow = FLOWS[Object.keys(FLOWS).find((name) => given.has(name))] ?? FLOWS.forgot;
byId('title').textContent = flow.title;
byId('about').textContent = flow.about;
byId('submit').textContent = flow.submit;
for (const name of flow.asks) {
  byId(name).hidden = false;
  byId(name).querySelector('input').required = true;
}
byId('email').querySelector('input').value = given.get('email') ?? '';
byId('form').hidden = false;

byId('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  byId('error').textContent = '';
  byId('submit').disabled = true;
  try {
    await flow.run(Object.fromEntries(new FormData(event.target)));
    const [title, about] = flow.done;
    byId('done-title').textContent = title;
    byId('done-about').textContent = about;
    byId('form').hidden = true;
    byId('done').hidden = false;
  } catch (error) {
    byId('error').textContent = error.message;
  } finally {
    byId('submit').disabled = false;
  }
});
