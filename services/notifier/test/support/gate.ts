// A gate that a test closes and opens: callers wait while it is closed.

export class Gate {
  #opens: Promise<void> = Promise.resolve()
  #open: (() => void) | null = null

  get passage(): Promise<void> {
    return this.#opens
  }

  shut(): void {
    if (this.#open !== null) return
    this.#opens = new Promise(resolve => {
      this.#open = resolve
    })
  }

  open(): void {
    this.#open?.()
    this.#open = null
    this.#opens = Promise.resolve()
  }

  /** Closes or opens it. */
  turn(): void {
    if (this.#open === null) this.shut()
    else this.open()
  }
}
