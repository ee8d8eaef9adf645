// The audio of a browser: it notes each sound that reaches its speaker, by pitch, and can be held
// back as browsers do. Imported before the state.

/** Pitches, Hz, in the order in which they sound. */
let sounded: number[] = []
let isHeldBack = false
const contexts: TheAudio[] = []

/** Pitches of what was heard since this was last asked, Hz. */
export function heard(): readonly number[] {
  const told = sounded
  sounded = []
  return told
}

/** The browser lets the page sound, or not: at its next press, and what it has. */
export function theBrowserLetsItSound(isLet: boolean): void {
  isHeldBack = !isLet
  for (const context of contexts) context.become(isLet ? 'running' : 'suspended')
}

class TheAudio {
  readonly destination = 'speaker'
  readonly currentTime = 0
  state: 'running' | 'suspended' = 'suspended'
  onstatechange: (() => void) | null = null

  constructor() {
    contexts.push(this)
  }

  async resume(): Promise<void> {
    if (isHeldBack) throw new DOMException('not by a press', 'NotAllowedError')
    this.become('running')
  }

  become(state: 'running' | 'suspended'): void {
    if (state === this.state) return
    this.state = state
    this.onstatechange?.()
  }
}

class Gain {
  to: unknown = null
  most = 0
  readonly gain = {
    setValueAtTime: (value: number) => this.rise(value),
    linearRampToValueAtTime: (value: number) => this.rise(value)
  }

  rise(value: number): void {
    this.most = Math.max(this.most, value)
  }

  connect<T>(next: T): T {
    this.to = next
    return next
  }
}

class Oscillator {
  readonly #hz: number
  #through: Gain | null = null
  #fromS: number | null = null

  constructor(_context: unknown, { frequency }: { readonly frequency: number }) {
    this.#hz = frequency
  }

  connect(gain: Gain): Gain {
    this.#through = gain
    return gain
  }

  start(fromS: number): void {
    this.#fromS = fromS
  }

  /** Noted here: what has no end, no length or no way to the speaker is no tone. */
  stop(atS: number): void {
    const isHeard =
      this.#fromS !== null &&
      atS > this.#fromS &&
      this.#through?.to === 'speaker' &&
      this.#through.most > 0
    if (isHeard) sounded.push(this.#hz)
  }
}

Object.assign(globalThis, { AudioContext: TheAudio, OscillatorNode: Oscillator, GainNode: Gain })
