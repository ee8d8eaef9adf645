// The language of the page: what the address says, else what the browser prefers.

import { effect, signal } from '@preact/signals'
import { loadWords, speak, words } from '../words/words.ts'
import { address } from './address.ts'

/** The words of the language that was chosen could not be loaded: the page keeps the other. */
export const isNotLoaded = signal(false)

export function reportPath(): string {
  const asked = address.value.get('language')
  return asked === null ? '/report' : `/report?language=${encodeURIComponent(asked)}`
}

/** Resolves when there are words for the first page. */
export async function startLanguage(): Promise<void> {
  await Promise.all([speak(address.peek().get('language')), loadWords('shell')])
  effect(() => {
    const asked = address.value.get('language')
    speak(asked).then(
      () => {
        isNotLoaded.value = false
      },
      () => {
        isNotLoaded.value = true
      }
    )
  })
  effect(() => {
    document.documentElement.lang = words.language
    document.documentElement.dir = words.direction
  })
}
