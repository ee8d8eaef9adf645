// A passage that a test shuts and opens: what comes to it waits while it is shut.

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

  /** Shuts it, or opens it again. */
  turn(): void {
    if (this.#open === null) this.shut()
    else this.open()
  }
}
