/* Chainwright on a shop's pages: tells the site what happens here, and shows its popups.

   <script src="https://HOST/cw.js" async data-color="#A92656" data-picture="/bouquet.svg"></script>

   The two data attributes give popups the shop's colour and picture; both may be left out.
   chainwright.track('basket_added', {basket_id: 'b7', total: 34.9});
   chainwright.identify({email: 'ada@example.com', phone: '+49…', first_name: 'Ada', consent: 'Yes, write me …'});
   Before the script is there:  (window.chainwright = window.chainwright || []).push(['track', 'name', {}]);
   Words in another language:   window.chainwrightWords = {no: 'Nein, danke', …}  (names as in W below) */
(() => {
  'use strict';
  const tag = document.currentScript || document.querySelector('script[src*="/cw.js"]');
  const early = window.chainwright;
  if (!tag || (early && early.track)) return; // pasted twice: one of us is enough
  const site = tag.src.replace(/\/cw\.js.*$/, '');
  const W = Object.assign({
    close: 'Close', no: 'No, thank you', go: 'OK', send: 'Send', optional: 'optional',
    email: 'Your e-mail', phone: 'Your phone number', first_name: 'Your first name',
    check_email: 'Please check the e-mail address.', check_phone: 'Please check the phone number.',
    check_first_name: 'Please tell us your name.', check_consent: 'Please tick the box, so that we may write to you.',
    failed: 'That did not work. Please try again.', thanks: 'Thank you!', noted: 'We have noted it.',
  }, window.chainwrightWords);

  /* What has to outlive the page. Storage may be forbidden or full: then it lives as long as the page. */
  const memory = {};
  const load = (key, other) => {
    try { const text = localStorage.getItem('cw.' + key); if (text) return JSON.parse(text); } catch { /* forbidden */ }
    return memory[key] || other;
  };
  const save = (key, value) => {
    memory[key] = value;
    try { localStorage.setItem('cw.' + key, JSON.stringify(value)); } catch { /* forbidden or full */ }
  };
  const newId = () => [...crypto.getRandomValues(new Uint8Array(12))].map(n => n.toString(16).padStart(2, '0')).join('');
  const list = key => { const found = load(key, []); return Array.isArray(found) ? found : []; };
  let visitor = load('visitor', '');
  if (!/^[\w-]{8,64}$/.test(visitor)) save('visitor', visitor = newId());

  /* Bodies go as plain text, which spares every request a preflight. Cookies never come along. */
  const post = (path, data) => fetch(site + path, {
    method: 'POST', body: JSON.stringify(data), credentials: 'omit', referrerPolicy: 'no-referrer',
  });
  const parting = (path, data) => navigator.sendBeacon(site + path, JSON.stringify(data));

  /* Path and query of this page, without what looks like a secret or an address in it. */
  const page = () => {
    const url = new URL(location.href);
    for (const name of [...url.searchParams.keys()])
      if (/tok|key|pass|mail|phone|auth|sess|code|sid/i.test(name)) url.searchParams.delete(name);
    return (url.pathname + url.search).slice(0, 500);
  };

  /* ---- events: queued until the site has said that it has them; a double is recognised there by its id ---- */
  let sending = false, batch = 50, pause = 1000, timer = 0;
  const flat = value =>
    typeof value === 'string' ? value.slice(0, 660)
      : typeof value === 'number' ? (Number.isFinite(value) ? value : null)
        : typeof value === 'boolean' || value == null ? value ?? null
          : JSON.stringify(value)?.slice(0, 660) ?? null;
  const clean = properties => Object.fromEntries(Object.entries(properties || {}).slice(0, 50).map(
    ([name, value]) => [name.slice(0, 64), Array.isArray(value) ? value.slice(0, 50).map(flat) : flat(value)]));

  const put = (name, properties, identify) => {
    const event = {name: String(name).slice(0, 64), id: newId(), page: page(), at: Date.now(), properties: clean(properties)};
    if (identify) event.identify = identify;
    save('events', [...list('events'), event].slice(-200));
    clearTimeout(timer);
    timer = setTimeout(flush, 0); // what is tracked in one go travels in one request
  };
  const packed = events => ({
    visitor, // the browser's clock may be wrong, its differences are right
    events: events.map(({at, ...event}) => ({...event, ago: Math.min(Math.max(Date.now() - at, 0), 6048e5)})),
  });
  const flush = async () => {
    const events = list('events').slice(0, batch);
    if (sending || !events.length) return;
    sending = true;
    let wait = 0;
    try {
      const {status} = await post('/e', packed(events));
      if (status >= 500 || status === 429) throw status;
      if (status < 400 || events.length === 1) { // taken, or never to be taken
        const ids = events.map(event => event.id);
        save('events', list('events').filter(event => !ids.includes(event.id)));
      }
      batch = status < 400 ? 50 : 1; // refused together: one by one, so that only the bad one is lost
      pause = 1000;
    } catch {
      wait = pause * (1 + Math.random());
      pause = Math.min(pause * 2, 60000);
    }
    sending = false;
    if (list('events').length) timer = setTimeout(flush, wait);
  };
  const track = (name, properties) => put(name, properties);
  let known = '';
  const identify = who => {
    const typed = {}; // consent: the text beside the box that was ticked
    for (const [field, most] of [['email', 320], ['phone', 50], ['first_name', 100], ['consent', 2000]])
      if (who && typeof who[field] === 'string' && who[field].trim()) typed[field] = who[field].trim().slice(0, most);
    const now = JSON.stringify(typed);
    if (now !== '{}' && now !== known) put('identified', {}, typed);
    known = now;
  };

  /* ---- popups: one request waits at the site while this tab is looked at ---- */
  let popup = null, asking = null, delay = 1000, asks = 0, typedAt = 0;
  const again = wait => { clearTimeout(asks); asks = setTimeout(ask, wait); };
  const ask = async () => {
    if (asking || popup || document.hidden) return;
    const mine = asking = new AbortController();
    let wait = 0, fresh;
    try {
      const query = new URLSearchParams({v: visitor, u: page()});
      const answer = await fetch(`${site}/p?${query}`, {
        signal: mine.signal, cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer',
      });
      if (!answer.ok) throw answer.status;
      const {popups, again: later} = await answer.json();
      const done = list('done');
      fresh = popups.find(one => !done.includes(one.id));
      wait = popups.length ? 5000 : later; // only answered ones: the site is not through with them yet
      delay = 1000;
    } catch (error) {
      if (!mine.signal.aborted) { wait = delay; delay = Math.min(delay * 2, 60000); }
    }
    if (asking === mine) asking = null;
    if (fresh) await show(fresh);
    if (!popup) again(wait);
  };
  const askAnew = () => { asking?.abort(); asking = null; again(0); };

  /* Texts come in by textContent only: whatever a contact's name or a flow's text holds, it stays a text. */
  const el = (name, attributes, ...inside) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) if (value != null) made.setAttribute(key, value);
    made.append(...inside);
    return made;
  };
  const icon = path => {
    const made = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    made.setAttribute('viewBox', '0 0 24 24');
    made.setAttribute('aria-hidden', 'true');
    made.append(document.createElementNS(made.namespaceURI, 'path'));
    made.firstChild.setAttribute('d', path);
    return made;
  };
  /* Red, green, blue and opacity of any CSS colour, and its luminance (WCAG). */
  const rgb = colour => (colour.match(/[\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(c => (c /= 255) <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
  /* The page decides about dark, not the system: a dark popup on a light shop looks broken. */
  const isDark = () => {
    for (const part of [document.body, document.documentElement]) {
      const ground = rgb(getComputedStyle(part).backgroundColor);
      if (ground.length && ground[3] !== 0) return light(ground) < .2;
    }
    return /dark/.test(getComputedStyle(document.documentElement).colorScheme) && matchMedia('(prefers-color-scheme:dark)').matches;
  };
  const safe = link => {
    try { const url = new URL(link, location.href); return /^https?:$/.test(url.protocol) ? url.href : ''; } catch { return ''; }
  };
  /* A constructed sheet is allowed under the strictest style-src of a shop; a <style> element is not. */
  let sheet = null;
  const styles = () => { if (!sheet) { sheet = new CSSStyleSheet(); sheet.replaceSync(CSS_TEXT); } return sheet; };
  const calm = async () => { while (Date.now() - typedAt < 1500) await new Promise(done => setTimeout(done, 200)); };

  const show = async ({id, content}) => {
    await calm(); // never into a sentence that is being typed on the shop's page
    if (popup || document.hidden) return;
    const before = document.activeElement, born = Date.now();
    const host = el('div', {id: 'chainwright-popup'});
    const root = host.attachShadow({mode: 'open'}); // open: a shop's own tests may look; no secret lies in it
    root.adoptedStyleSheets = [styles()];
    const heading = el('h2', {id: 'h', tabindex: '-1'}, content.headline);
    const inner = el('div', {class: 'in'}, heading, el('p', {id: 't'}, content.text));
    const dialog = el('dialog', {role: 'dialog', 'aria-modal': 'true', 'aria-labelledby': 'h', 'aria-describedby': 't'}, inner);
    const about = {visitor, id, consent_text: content.consent_text};
    const message = (what, more) => ({...about, what, page: page(), ...more});
    let answered = false;
    const answer = () => { answered = true; save('done', [...list('done'), id].slice(-50)); };
    const button = (name, label, action) => {
      const made = el('button', {type: 'button', class: name}, label);
      made.addEventListener('click', action);
      return made;
    };
    const close = () => dialog.close();

    const thank = () => {
      const thanks = el('h2', {id: 'h', tabindex: '-1'}, W.thanks);
      inner.replaceChildren(el('span', {class: 'tick'}, icon('m5 12.5 4.5 4.5L19 7.5')), thanks,
        el('p', {id: 't'}, W.noted), button('go', W.close, close));
      inner.classList.add('done');
      thanks.focus();
    };
    const form = () => {
      const alone = !content.fields.includes('email');
      const inputs = content.fields.map(name => el('input', {
        id: name, name, placeholder: ' ', maxlength: '100', type: {email: 'email', phone: 'tel'}[name] || 'text',
        autocomplete: {email: 'email', phone: 'tel', first_name: 'given-name'}[name],
        required: name === 'email' || (alone && (name === 'phone' || content.fields.length === 1)) ? '' : null,
      }));
      const tick = el('input', {type: 'checkbox', id: 'consent', required: ''});
      const alarm = el('p', {class: 'bad', role: 'alert', id: 'bad'});
      const made = el('form', {novalidate: ''}, ...inputs.map(input => el('div', {class: 'field'}, input,
        el('label', {for: input.id}, W[input.name] + (input.required ? '' : ` (${W.optional})`)))));
      if (content.consent_text) made.append(el('label', {class: 'consent'}, tick, el('span', {}, content.consent_text)));
      const go = el('button', {class: 'go'}, content.button || W.send);
      made.append(alarm, go);
      const refuse = (input, text) => {
        alarm.textContent = text;
        input?.setAttribute('aria-invalid', 'true');
        input?.setAttribute('aria-describedby', 'bad');
        input?.focus();
      };
      const all = content.consent_text ? [...inputs, tick] : inputs;
      made.addEventListener('input', ({target}) => { target.removeAttribute('aria-invalid'); alarm.textContent = ''; });
      made.addEventListener('submit', async event => {
        event.preventDefault();
        const wrong = all.find(input => !input.validity.valid || (input.required && !input.value.trim()));
        if (wrong) return refuse(wrong, W['check_' + wrong.id]);
        if (go.disabled) return;
        go.disabled = true;
        try {
          const fields = Object.fromEntries(inputs.map(input => [input.name, input.value.trim()]));
          const reply = await post('/p/answer', message('submitted', {fields, consent: tick.checked}));
          if (reply.ok) { answer(); return thank(); }
          const {field} = reply.status === 422 ? await reply.json() : {};
          refuse(inputs.find(input => input.name === field), W['check_' + field] || W.failed);
        } catch { refuse(null, W.failed); }
        go.disabled = false;
      });
      return made;
    };
    const link = safe(content.link);
    if (content.link && link) {
      const go = el('a', {class: 'go', href: link}, content.button || W.go);
      go.addEventListener('click', () => { answer(); parting('/p/answer', message('clicked')); close(); });
      inner.append(go);
    } else if (content.fields.length) inner.append(form());
    else inner.append(button('go', content.button || W.go, () => { answer(); parting('/p/answer', message('clicked')); close(); }));
    const cross = button('x', '', close);
    cross.setAttribute('aria-label', W.close);
    cross.append(icon('M6 6l12 12M18 6L6 18'));
    inner.append(button('no', W.no, close), cross);

    const {color, picture} = tag.dataset;
    if (picture) {
      const image = el('img', {class: 'pic', alt: '', src: picture});
      image.addEventListener('error', () => { image.remove(); dialog.classList.remove('wide'); });
      dialog.prepend(image);
      dialog.classList.add('wide');
    }
    dialog.classList.toggle('dark', isDark());
    dialog.style.fontFamily = getComputedStyle(document.body).fontFamily;
    if (color && CSS.supports('color', color)) dialog.style.setProperty('--brand', color);
    dialog.addEventListener('close', () => {
      if (!answered) { answer(); parting('/p/answer', message('closed')); }
      host.remove();
      popup = null;
      if (before?.isConnected) before.focus({preventScroll: true});
      again(5000); // a breath between two popups
    });
    dialog.addEventListener('click', event => { // on the dimmed page, but not the click that it came under
      if (event.target === dialog && Date.now() - born > 600) close();
    });
    dialog.addEventListener('keydown', event => {
      if (event.key !== 'Tab') return;
      const stops = [...dialog.querySelectorAll('a,button,input')].filter(one => !one.disabled);
      const at = stops.indexOf(root.activeElement), to = event.shiftKey ? Math.max(at, 0) - 1 : at + 1;
      event.preventDefault();
      stops.at(to % stops.length)?.focus();
    });
    for (const type of ['keydown', 'keyup', 'keypress']) // the shop's own shortcuts must not hear what is typed here
      host.addEventListener(type, event => event.stopPropagation());
    root.append(dialog);
    popup = host;
    document.body.append(host);
    dialog.showModal();
    const go = dialog.querySelector('.go'); // dark words on a bright brand colour
    const brand = light(rgb(getComputedStyle(go).backgroundColor));
    dialog.style.setProperty('--on', 1.05 / (brand + .05) >= (brand + .05) / .06 ? '#fff' : '#161b26');
    heading.focus({preventScroll: true});
    requestAnimationFrame(async () => {
      try {
        const reply = await post('/p/shown', about);
        const {ok} = reply.ok ? await reply.json() : {ok: reply.status !== 404};
        if (!ok && !answered) { answer(); close(); } // withdrawn while it was on its way
      } catch { /* its answer will tell that it was shown */ }
    });
  };

  const CSS_TEXT = `
:host{all:initial}
dialog{--brand:#161b26;--card:#fff;--ink:#241a1e;--soft:#6a5f63;--edge:#8d8085;--bad:#be2d27;--okay:#167545;
box-sizing:border-box;width:min(440px,calc(100vw - 32px));max-height:calc(100dvh - 32px);margin:auto;padding:0;border:0;border-radius:16px;
overflow:auto;overscroll-behavior:contain;background:var(--card);color:var(--ink);box-shadow:0 16px 48px rgba(36,26,30,.28);
font-size:15px;line-height:22px;text-align:start;-webkit-text-size-adjust:100%}
.dark{--brand:#edeff3;--card:#1c1f26;--ink:#edeff3;--soft:#b9c0cc;--edge:#7a8494;--bad:#ff8a80;--okay:#5cc98f;color-scheme:dark}
dialog::backdrop{background:rgba(36,26,30,.42)}
.wide[open]{display:flex;width:min(640px,calc(100vw - 32px))}
*{box-sizing:border-box}
.pic{flex:0 0 39%;width:39%;min-height:100%;object-fit:cover;background:color-mix(in srgb,var(--brand) 12%,var(--card))}
.in{position:relative;flex:1;min-width:0;padding:36px 32px 32px}
.wide .in{min-height:400px}
h2{margin:0 16px 8px 0;font-size:26px;line-height:32px;font-weight:600;letter-spacing:-.02em;outline:0;overflow-wrap:anywhere;text-wrap:balance}
p{margin:0 0 20px;color:var(--soft);white-space:pre-line;overflow-wrap:anywhere}
.field{position:relative;margin:0 0 12px}
input,button{font:inherit;color:inherit}
.field input{width:100%;height:44px;padding:0 14px;border:1.5px solid var(--edge);border-radius:8px;background:var(--card);font-size:16px}
.field label{position:absolute;left:10px;top:11px;padding:0 4px;color:var(--soft);background:var(--card);pointer-events:none}
.field input:focus+label,.field input:not(:placeholder-shown)+label{top:-8px;font-size:12px;line-height:16px}
input:focus-visible{outline:2px solid var(--brand);outline-offset:-1px}
[aria-invalid]{border-color:var(--bad)!important}
.consent{display:flex;gap:8px;margin:0 0 16px;font-size:12px;line-height:17px;color:var(--soft);cursor:pointer}
.consent input{flex:none;width:18px;height:18px;margin:0;accent-color:var(--brand)}
.consent span{overflow-wrap:anywhere}
.bad{margin:0 0 12px;color:var(--bad);font-size:13px;line-height:18px}
.bad:empty{display:none}
.go{display:block;width:100%;min-height:44px;padding:10px 16px;border:0;border-radius:8px;background:var(--brand);color:var(--on,#fff);
font-weight:600;line-height:24px;text-align:center;text-decoration:none;cursor:pointer;overflow-wrap:anywhere}
.go:hover{box-shadow:inset 0 0 0 99px rgba(0,0,0,.1)}
.go:disabled{opacity:.6;cursor:default}
.no{display:block;margin:8px auto -12px;padding:8px 12px;border:0;background:none;color:var(--soft);font-size:14px;line-height:20px;font-weight:500;
text-decoration:underline;text-underline-offset:2px;cursor:pointer}
.x{position:absolute;right:8px;top:8px;width:40px;height:40px;padding:10px;border:0;border-radius:20px;background:none;color:var(--soft);cursor:pointer}
.x:hover{background:color-mix(in srgb,var(--ink) 8%,transparent)}
:is(.go,.no,.x):focus-visible{outline:2px solid var(--ink);outline-offset:2px}
svg{display:block;width:100%;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.done{display:flex;flex-direction:column;justify-content:center;text-align:center}
.done h2{margin-right:0}
.tick{width:56px;height:56px;margin:0 auto 16px;padding:14px;border-radius:28px;color:var(--okay);background:color-mix(in srgb,var(--okay) 14%,transparent)}
@media(max-width:560px){
dialog,.wide[open]{display:block;width:100%;max-width:none;max-height:92dvh;margin:auto 0 0;border-radius:20px 20px 0 0}
.pic{display:none}
.in,.wide .in{min-height:0;padding:28px 20px max(28px,env(safe-area-inset-bottom))}
.in::before{content:"";position:absolute;left:50%;top:12px;width:36px;height:4px;margin-left:-18px;border-radius:2px;background:color-mix(in srgb,var(--soft) 40%,transparent)}
h2{margin:0 32px 4px 0;font-size:22px;line-height:28px}
p{margin-bottom:16px}
.field input,.go{height:auto;min-height:48px}
.field label{top:13px}
.x{top:12px}}
@media(prefers-reduced-motion:no-preference){
dialog[open]{animation:in .22s cubic-bezier(.2,.8,.3,1)}
dialog::backdrop{animation:dim .22s}
.field label{transition:top .12s,font-size .12s}
@keyframes in{from{opacity:0;transform:translateY(16px)}}
@keyframes dim{from{opacity:0}}}
@media(forced-colors:active){dialog,.go{border:1px solid}}`;

  /* ---- the page ---- */
  let last = null;
  const view = () => {
    const here = page();
    if (here === last) return;
    last = here;
    put('page_viewed', {title: document.title.slice(0, 200)});
    askAnew();
  };
  for (const name of ['pushState', 'replaceState']) { // shops that change pages without loading them
    const original = history[name];
    history[name] = function (...given) { original.apply(this, given); setTimeout(view, 0); };
  }
  addEventListener('popstate', () => setTimeout(view, 0));
  addEventListener('pageshow', event => { if (event.persisted) { last = null; view(); } });
  addEventListener('keydown', ({target}) => { if (target?.isContentEditable || /^(INPUT|TEXTAREA)$/.test(target?.tagName)) typedAt = Date.now(); }, true);
  const leave = () => { const events = list('events').slice(0, 50); if (events.length) parting('/e', packed(events)); };
  addEventListener('pagehide', leave);
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) { leave(); asking?.abort(); } else again(0);
  });
  const api = window.chainwright = {track, identify, visitor, push: call => api[call[0]]?.(...call.slice(1))};
  if (Array.isArray(early)) early.forEach(api.push);
  view();
  flush();
})();
