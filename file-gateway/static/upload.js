// Shows progress and takes dropped files. Without this script the form sends the same files by itself.
'use strict';
(() => {
  const form = document.getElementById('upload');
  const field = document.getElementById('files');
  const drop = document.getElementById('drop');
  const chosen = document.getElementById('chosen');
  const send = document.getElementById('send');
  const limit = Number(form.dataset.limit);
  const most = Number(form.dataset.most);
  const steps = document.querySelectorAll('.steps li');

  const size = (bytes) => {
    for (const [unit, name] of [[1e9, 'GB'], [1e6, 'MB'], [1e3, 'KB']]) {
      if (bytes >= unit) return `${Math.floor(bytes * 10 / unit) / 10} ${name}`;
    }
    return `${bytes} B`;
  };
  const step = (index) => steps.forEach((item, at) => (at === index ? item.setAttribute('aria-current', 'step') : item.removeAttribute('aria-current')));

  // A row for each file; names only ever as text.
  function row(file) {
    const item = document.createElement('li');
    const name = document.createElement('span');
    name.className = 'name';
    name.append(document.createElement('bdi'));
    name.firstChild.textContent = file.name;
    const state = document.createElement('span');
    state.className = 'meta';
    item.append(name, state);
    return { item, state };
  }

  function list() {
    chosen.replaceChildren();
    const rows = document.createElement('ul');
    rows.className = 'uploads';
    for (const file of field.files) {
      const { item, state } = row(file);
      state.textContent = file.size > limit ? `${size(file.size)}（上限を超えています）` : size(file.size);
      rows.append(item);
    }
    if (field.files.length > 0) chosen.append(rows);
  }

  function one(file, report) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open('POST', '/api/v1/files');
      request.setRequestHeader('X-CSRF-Token', form.elements.csrf.value);
      request.responseType = 'json';
      request.upload.addEventListener('progress', (event) => report(event.loaded, event.total));
      request.addEventListener('load', () => resolve(request.status === 201 ? null : (request.response && `${request.response.title}。${request.response.detail}`) || '送れませんでした。もう一度お試しください。'));
      request.addEventListener('error', () => resolve('通信が切れました。受け付けていません。もう一度送ってください。'));
      const body = new FormData();
      body.append('file', file, file.name);
      request.send(body);
    });
  }

  async function all(files) {
    step(1);
    const rows = document.createElement('ul');
    rows.className = 'uploads';
    chosen.replaceChildren(rows);
    const work = files.map((file) => {
      const { item, state } = row(file);
      const bar = document.createElement('progress');
      bar.max = 100;
      bar.value = 0;
      bar.setAttribute('aria-label', `${file.name} の送信状況`);
      item.append(bar);
      rows.append(item);
      state.textContent = '待っています';
      return { file, state, bar };
    });
    let taken = 0;
    for (const { file, state, bar } of work) {
      if (file.size > limit) {
        state.textContent = `送りませんでした：上限（${size(limit)}）を超えています`;
        continue;
      }
      const problem = await one(file, (sent, total) => {
        bar.value = total ? Math.floor(sent * 100 / total) : 0;
        state.textContent = `送信中 ${bar.value}%`;
      });
      if (problem === null) {
        taken += 1;
        bar.value = 100;
        state.textContent = '受け付けました';
      } else {
        bar.remove();
        state.textContent = problem;
      }
    }
    return taken;
  }

  field.addEventListener('change', list);
  for (const kind of ['dragenter', 'dragover']) drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add('over'); });
  for (const kind of ['dragleave', 'drop']) drop.addEventListener(kind, () => drop.classList.remove('over'));
  drop.addEventListener('drop', (event) => { event.preventDefault(); field.files = event.dataTransfer.files; list(); });

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const files = [...field.files];
    if (files.length > most) {
      chosen.textContent = `一度に送れるのは${most}ファイルまでです。`;
      return;
    }
    send.disabled = true;
    send.textContent = '送っています…';
    const taken = await all(files);
    send.disabled = false;
    send.textContent = '送る';
    if (taken === files.length) location.assign(`/items?taken=${taken}`);
  });
})();
