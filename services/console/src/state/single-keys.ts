// Keys that act by themselves, without another one held down, and the list of them. Who speaks to
// the machine switches them off: a word must not act as a row of keys. The switch stands in the
// address, as all that is kept.

import { computed, signal } from '@preact/signals'
import { address, setAddress } from './address.ts'

const [member, off] = ['keys', 'off']

export const areSingleKeys = computed(() => address.value.get(member) !== off)

export function switchSingleKeys(areOn: boolean): void {
  setAddress({ [member]: areOn ? null : off })
}

/** Whether the list of keys is open. */
export const isHelpOpen = signal(false)

export function showHelp(): void {
  isHelpOpen.value = true
}
