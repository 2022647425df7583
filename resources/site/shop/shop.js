/* The sample shop: a basket in the browser, and the few calls by which a shop tells Chainwright what happens. */
'use strict';
const tell = (...call) => (window.chainwright = window.chainwright || []).push(call);
const euro = cents => `${Math.floor(cents / 100)},${String(cents % 100).padStart(2, '0')} €`;
const $ = selector => document.querySelector(selector);

const fresh = () => ({id: 'b' + crypto.getRandomValues(new Uint32Array(2)).join(''), lines: []});
const basket = (() => {
  try { return JSON.parse(localStorage.getItem('ackermann.basket')) || fresh(); } catch { return fresh(); }
})();
const keep = kept => localStorage.setItem('ackermann.basket', JSON.stringify(kept));
const pieces = () => basket.lines.reduce((sum, line) => sum + line.count, 0);
const total = () => basket.lines.reduce((sum, line) => sum + line.count * line.cents, 0);

/* What every event about a basket says: its id keeps two baskets of one person apart. */
const facts = () => ({
  basket_id: basket.id,
  items: basket.lines.map(line => ({
    title: line.name,
    price: `${line.count === 1 ? '1 piece' : line.count + ' pieces'}, ${euro(line.count * line.cents)}`,
    url: `${location.origin}/bouquets/${line.key}`,
    picture: `${location.origin}/static/art/${line.key}.svg`,
  })),
  count: pieces(),
  total: total() / 100,
  total_text: euro(total()),
  url: location.origin + '/basket',
  basket_url: location.origin + '/basket',
});

const showCount = () => {
  const badge = $('.count');
  badge.textContent = pieces();
  badge.hidden = !pieces();
  $('.basket').setAttribute('aria-label', `Basket, ${pieces()} in it`);
};
let fading = 0;
const toast = text => {
  const box = $('.toast');
  box.textContent = text;
  box.hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => { box.hidden = true; }, 3000);
};

const add = product => {
  const line = basket.lines.find(one => one.key === product.key);
  if (line) line.count += 1; else basket.lines.push({...product, count: 1});
  keep(basket);
  showCount();
  tell('track', 'basket_added', {product: product.key, ...facts()});
  toast(`${product.name} is in your basket`);
};

const change = (line, by) => {
  line.count += by;
  basket.lines = basket.lines.filter(one => one.count > 0);
  keep(basket);
  showCount();
  showLines();
  tell('track', 'basket_changed', {product: line.key, ...facts()});
};

const make = (name, attributes, ...inside) => {
  const made = document.createElement(name);
  for (const key in attributes) made.setAttribute(key, attributes[key]);
  made.append(...inside);
  return made;
};
const stepper = line => {
  const less = make('button', {type: 'button', 'aria-label': `One ${line.name} less`}, '−');
  const more = make('button', {type: 'button', 'aria-label': `One ${line.name} more`}, '+');
  less.addEventListener('click', () => change(line, -1));
  more.addEventListener('click', () => change(line, 1));
  return make('span', {class: 'step'}, less, make('output', {}, String(line.count)), more);
};
const showLines = () => {
  $('#empty').hidden = basket.lines.length > 0;
  $('#full').hidden = !basket.lines.length;
  $('#total').textContent = euro(total());
  $('#lines').replaceChildren(...basket.lines.map(line => make('li', {},
    make('img', {src: `/static/art/${encodeURIComponent(line.key)}.svg`, alt: ''}),
    make('span', {}, make('strong', {}, line.name)),
    stepper(line),
    make('span', {class: 'price'}, euro(line.count * line.cents)))));
};

/* The typed address is told when the field is left: an order that is broken off can then be reminded of. */
const typed = form => {
  const tick = form.querySelector('#consent');
  return {
    email: form.email.validity.valid ? form.email.value : '',
    phone: form.phone ? form.phone.value : '',
    first_name: form.first_name.value,
    consent: tick && tick.checked ? $('#consent-text').textContent : '',
  };
};
const check = form => {
  const bad = form.querySelector('.bad');
  for (const input of form.querySelectorAll('input')) input.removeAttribute('aria-invalid');
  const wrong = [...form.elements].find(input => !input.validity.valid);
  bad.textContent = wrong ? (wrong.name === 'email' ? 'Please check the e-mail address.' : 'Please fill in this field.') : '';
  if (wrong) { wrong.setAttribute('aria-invalid', 'true'); wrong.focus(); }
  return !wrong;
};
const onForm = (form, send) => {
  form.addEventListener('change', () => { if (form.email.value) tell('identify', typed(form)); });
  form.addEventListener('submit', event => {
    event.preventDefault();
    if (!check(form)) return;
    tell('identify', typed(form));
    send(form);
  });
};

const product = $('[data-product]');
if (product) {
  const {product: key, name, cents} = product.dataset;
  tell('track', 'product_viewed', {product: key, name, price: cents / 100});
  $('#add').addEventListener('click', () => add({key, name, cents: Number(cents)}));
}
if ($('#lines')) {
  showLines();
  onForm($('#order'), () => {
    tell('track', 'order_completed', {order_id: 'A-' + Date.now().toString(36).toUpperCase(), ...facts()});
    keep(fresh());
    location.assign('/thank-you');
  });
}
if ($('#offer')) {
  onForm($('#offer'), form => {
    tell('track', 'offer_requested', {day: form.day.value, tables: Number(form.tables.value) || 0});
    const thanks = make('p', {role: 'status', tabindex: '-1'}, 'Thank you! You will have our offer within a day.');
    form.replaceChildren(thanks);
    thanks.focus();
  });
}
showCount();
