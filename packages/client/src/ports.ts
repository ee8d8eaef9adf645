// What the client needs of its surroundings. Browsers and Node 22 and later have everything; Node 20
// has no WebSocket, and takes that of the package `ws` where it is installed.

/** A WebSocket as browsers have it. */
export interface SocketLike {
  send(text: string): void
  close(code?: number, reason?: string): void
  onopen: (() => void) | null
  onmessage: ((message: { readonly data: unknown }) => void) | null
  onclose: ((close: { readonly code: number; readonly reason: string }) => void) | null
  onerror: (() => void) | null
}

export interface Ports {
  /** `headers` are empty where it sends none. */
  openSocket(url: URL, protocol: string, headers: Readonly<Record<string, string>>): SocketLike
  /** Whether a WebSocket can send headers of ours: browsers have no way to. */
  readonly sendsHeaders: boolean
  readonly fetch: typeof fetch
  /** Wall clock, ms. It is the one clock that counts the time for which a laptop slept. */
  nowMs(): number
  /** Calls `fn` once after `ms`; returns what cancels it. */
  later(ms: number, fn: () => void): () => void
  /** In [0, 1). */
  random(): number
  /**
   * Reports changes of the machine's link, where the platform can; returns a function that ends it.
   */
  watchLink(changed: (isOnline: boolean) => void): () => void
}

interface EventTargetLike {
  addEventListener?(name: string, listener: () => void): void
  removeEventListener?(name: string, listener: () => void): void
}

/**
 * Node's WebSocket takes headers after the protocols; elsewhere, also in a page of Electron, an
 * object there is an error.
 */
const sendsHeaders =
  'process' in globalThis &&
  !['window', 'WorkerGlobalScope', 'Deno'].some(name => name in globalThis)

interface NodeModules {
  getBuiltinModule(name: 'module'): {
    createRequire(
      from: string
    ): (
      name: 'ws'
    ) => new (
      url: URL,
      protocol: string,
      options: { readonly headers: Readonly<Record<string, string>> }
    ) => SocketLike
  }
}

/** Required where it is used, so that no bundler looks for it. Throws if it is not installed. */
const openInstalledSocket: Ports['openSocket'] = (url, protocol, headers) => {
  const { process } = globalThis as unknown as { readonly process: NodeModules }
  const load = process.getBuiltinModule('module').createRequire(import.meta.url)
  const Socket = load('ws')
  return new Socket(url, protocol, { headers })
}

/** The ports of this platform. */
export const platformPorts: Ports = {
  sendsHeaders,
  openSocket: (url, protocols, headers) =>
    'WebSocket' in globalThis
      ? (new WebSocket(
          url,
          sendsHeaders ? ({ protocols, headers } as never) : protocols
        ) as unknown as SocketLike)
      : openInstalledSocket(url, protocols, headers),
  fetch: (input, init) => fetch(input, init),
  nowMs: () => Date.now(),
  later(ms, fn) {
    const timer = setTimeout(fn, ms)
    return () => clearTimeout(timer)
  },
  random: () => Math.random(),
  watchLink(changed) {
    const target = globalThis as EventTargetLike
    const [online, offline] = [() => changed(true), () => changed(false)]
    target.addEventListener?.('online', online)
    target.addEventListener?.('offline', offline)
    return () => {
      target.removeEventListener?.('online', online)
      target.removeEventListener?.('offline', offline)
    }
  }
}
