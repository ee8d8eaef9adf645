// As much of a browser's page as the state of the console asks for when it is loaded. Imported
// before it.

const listeners = new EventTarget()

Object.assign(globalThis, {
  addEventListener: listeners.addEventListener.bind(listeners),
  removeEventListener: listeners.removeEventListener.bind(listeners),
  dispatchEvent: listeners.dispatchEvent.bind(listeners),
  location: { search: '', pathname: '/', origin: 'http://127.0.0.1' },
  document: { title: '', hidden: false }
})
Object.defineProperty(navigator, 'onLine', { value: true, configurable: true })

/** Whether the page asks before it is left. */
export function asksBeforeItIsLeft(): boolean {
  return !listeners.dispatchEvent(new Event('beforeunload', { cancelable: true }))
}
