// Loads what the list does without at first, once the list is there, or an alert or the palette is asked for.

import { effect } from '@preact/signals'
import { palette } from '../state/address.ts'
import { chosenId } from '../state/console-state.ts'
import { isWhole } from '../state/queue-state.ts'
import { loadWords } from '../words/words.ts'
import { later } from './parts/later.tsx'

async function load(): Promise<void> {
  later.value = { kind: 'loading' }
  try {
    const [views] = await Promise.all([
      import('./later-views.tsx'),
      loadWords('alert', 'map', 'silences')
    ])
    later.value = { kind: 'there', views }
  } catch {
    // The link is down, or another version of Tocsin serves other files.
    later.value = { kind: 'failed' }
  }
}

effect(() => {
  const isAsked = chosenId.value !== null || palette.value !== null
  if ((isAsked || isWhole.value) && later.peek().kind === 'none') void load()
})
