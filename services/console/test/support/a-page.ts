// As much of a browser's page as the state of the console asks for when it is loaded. Imported before it.

Object.assign(globalThis, {
  addEventListener: () => undefined,
  location: { search: '', pathname: '/', origin: 'http://127.0.0.1' },
  document: { title: '', hidden: false }
})
Object.defineProperty(navigator, 'onLine', { value: true, configurable: true })
