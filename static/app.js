/* Makes pages quicker to use; every page works without it. A module: loaded late, strict, nothing global. */
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);
const later = (work, wait) => {
  let timer;
  return () => { clearTimeout(timer); timer = setTimeout(work, wait); };
};
const headers = { 'X-Requested-With': 'fetch' };

// One press, one post. A disabled button sends no value, so it is disabled after the browser has read the form.
addEventListener('submit', (event) => {
  const form = event.target;
  const button = event.submitter;
  if (form.getAttribute('method') !== 'post') return;
  if (form.dataset.sent) event.preventDefault();
  else if (button) setTimeout(() => {
    button.disabled = true;
    button.dataset.said = button.textContent;
    button.textContent = button.dataset.sending || button.textContent;
    setTimeout(free, 20000);
  });
  form.dataset.sent = 1;
});
const free = () => {
  for (const form of all('[data-sent]')) delete form.dataset.sent;
  for (const button of all('[data-said]')) {
    button.disabled = false;
    button.textContent = button.dataset.said;
  }
};
addEventListener('pageshow', free);

for (const area of all('textarea[data-limit]')) {
  const note = one('[data-count]', area.parentElement);
  const show = () => {
    const left = area.dataset.limit - [...area.value].length;
    note.textContent = note.dataset[left < 0 ? 'over' : 'count'].replace('#', Math.abs(left));
    note.classList.toggle('error', left < 0);
  };
  area.addEventListener('input', later(show, 200));
  show();
}

// Suggestions. Words that may be personal go by POST, so that no address holds them.
for (const field of all('[data-suggest-url]')) {
  const { suggestUrl, suggestTarget, suggestWith = '', suggestPost } = field.dataset;
  const post = field.matches('textarea') || suggestPost !== undefined;
  const pick = field.matches('select');
  let turn = 0;
  field.addEventListener(pick ? 'change' : 'input', later(async () => {
    const mine = ++turn;
    const form = new FormData(field.form);
    const body = new URLSearchParams({ q: field.value });
    for (const name of [...suggestWith.split(' '), post && 'csrf_token']) {
      if (form.has(name)) body.set(name, form.get(name));
    }
    try {
      const answer = await (post
        ? fetch(suggestUrl, { method: 'POST', body, headers })
        : fetch(`${suggestUrl}?${body}`, { headers }));
      const html = await answer.text();
      if (answer.ok && mine === turn) document.getElementById(suggestTarget).innerHTML = html;
    } catch { /* Without an answer the page stays as it is. */ }
  }, pick ? 0 : 300));
}

// Photos are made small, and each goes in its own request, so that a failure costs one photo.
const draw = (canvas, picture, side) => {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  canvas.width = picture.width * scale;
  canvas.height = picture.height * scale;
  canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
};
const shrink = async (file, preview, original) => {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
    draw(preview, picture, 112);
    const canvas = draw(document.createElement('canvas'), picture, 1600);
    const small = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.8));
    return original === undefined && small.size < file.size ? small : file;
  } catch { return file; } // A PDF, or a kind of photo that this browser cannot open.
};
const send = (form, blob, name, bar) => new Promise((done) => {
  const data = new FormData(form);
  data.set('document', blob, name);
  const request = new XMLHttpRequest();
  request.open('POST', form.getAttribute('action'));
  request.setRequestHeader('X-Requested-With', 'fetch');
  request.upload.onprogress = (event) => { bar.value = event.loaded / event.total; };
  request.onloadend = () => {
    const said = /^text\/plain/.test(request.getResponseHeader('Content-Type')) && request.responseText;
    done(request.status >= 200 && request.status < 300 ? '' : said || form.dataset.failed);
  };
  request.send(data);
});
for (const form of all('form[data-upload]')) {
  const { upload, original, done, waiting, arrived, large, many } = form.dataset;
  const input = one('[type=file]', form);
  let left = +upload;
  input.multiple = left > 1;
  one('button', form).hidden = true;
  input.addEventListener('change', async () => {
    const papers = [...input.files].map((file) => {
      const item = document.createElement('li');
      item.innerHTML = '<canvas></canvas><div><span></span><progress></progress><p class="hint"></p></div>';
      one('span', item).textContent = file.name;
      one('p', item).textContent = waiting;
      one('.uploads', form).append(item);
      return [file, item];
    });
    input.value = '';
    input.disabled = true;
    let failed = 0;
    for (const [file, item] of papers) {
      const bar = one('progress', item);
      const note = one('p', item);
      const blob = await shrink(file, one('canvas', item), original);
      const name = blob === file ? file.name : file.name.replace(/\.\w+$/, '') + '.jpg';
      const fault = left < 1 ? many : blob.size > 5 << 20 ? large : await send(form, blob, name, bar);
      if (fault) failed++; else left--;
      bar.hidden = true;
      note.textContent = fault || `✓ ${arrived}`;
      note.classList.toggle('error', !!fault);
    }
    input.disabled = false;
    if (failed) return;
    // The same page with another anchor would not be loaded again.
    if (done && new URL(done, location).pathname !== location.pathname) location.assign(done);
    else location.reload();
  });
}

// The desk by keyboard; the keys can be turned off, for those whose aids use single letters themselves.
const off = one('[data-keys-off]');
const move = (step) => {
  const rows = all('[data-desk] tbody tr');
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  one('a', rows[at + step] || rows[Math.max(at, 0)])?.focus();
};
const keys = {
  j: () => move(1),
  k: () => move(-1),
  x: () => one('tr:focus-within [type=checkbox]')?.click(),
  '/': () => one('[data-search]').focus(),
  '?': () => one('#keys').showModal(),
};
if (off) {
  off.checked = localStorage.keysOff;
  off.onchange = () => off.checked ? localStorage.keysOff = 1 : delete localStorage.keysOff;
  addEventListener('keydown', (event) => {
    const typing = event.target.matches('input:not([type=checkbox]), select, textarea, dialog *');
    const held = event.ctrlKey || event.metaKey || event.altKey;
    if (typing || held || !keys[event.key] || (off.checked && event.key !== '?')) return;
    event.preventDefault();
    keys[event.key]();
  });
}
