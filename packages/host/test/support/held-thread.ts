// Suspends the rules thread at any point, like a long fold, through the debugger of this process,
// so that the suite needs no hook for it.

import { Session } from 'node:inspector/promises'

interface Attached {
  readonly sessionId: string
  readonly workerInfo: { readonly url: string }
}

interface Told {
  readonly sessionId: string
  readonly message: string
}

export class HeldThread {
  readonly #session: Session
  readonly #sessionId: string
  readonly #told: (method: string) => Promise<void>
  #count = 0

  private constructor(session: Session, sessionId: string) {
    this.#session = session
    this.#sessionId = sessionId
    const waiting = new Map<string, () => void>()
    session.on('NodeWorker.receivedMessageFromWorker', ({ params }: { params: Told }) => {
      const { method, id } = JSON.parse(params.message) as { method?: string; id?: number }
      const name = params.sessionId === sessionId ? (method ?? `answer ${id}`) : ''
      waiting.get(name)?.()
      waiting.delete(name)
    })
    this.#told = name => new Promise(resolve => waiting.set(name, resolve))
  }

  /** Finds the next new thread whose file ends with this; others are ignored. */
  static async watch(
    fileEnd: string
  ): Promise<{ readonly found: Promise<HeldThread>; end(): void }> {
    const session = new Session()
    session.connect()
    const { promise, resolve } = Promise.withResolvers<HeldThread>()
    let isWatching = false
    session.on('NodeWorker.attachedToWorker', ({ params }: { params: Attached }) => {
      if (isWatching && params.workerInfo.url.endsWith(fileEnd))
        resolve(new HeldThread(session, params.sessionId))
    })
    await session.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
    isWatching = true
    return { found: promise, end: () => session.disconnect() }
  }

  /** Resolves once the thread is suspended. */
  async hold(): Promise<void> {
    await this.#send('Debugger.enable')
    const paused = this.#told('Debugger.paused')
    await this.#send('Debugger.pause')
    await paused
  }

  async letGo(): Promise<void> {
    await this.#send('Debugger.resume')
    await this.#send('Debugger.disable')
  }

  /** Evaluates an expression in the thread without waiting for it. */
  async run(expression: string): Promise<void> {
    await this.#post('Runtime.evaluate', { expression })
  }

  async #send(method: string): Promise<void> {
    const answered = this.#told(`answer ${this.#count + 1}`)
    await this.#post(method, {})
    await answered
  }

  async #post(method: string, params: object): Promise<void> {
    this.#count += 1
    const message = JSON.stringify({ id: this.#count, method, params })
    await this.#session.post('NodeWorker.sendMessageToWorker', {
      sessionId: this.#sessionId,
      message
    })
  }
}
