// Whether the map is shown next to the list, and its button: loaded before the map.

import { computed, signal } from '@preact/signals'
import { address, setAddress } from '../../state/address.ts'
import { chosenId } from '../../state/console-state.ts'
import { words } from '../../words/words.ts'
import { Button } from '../parts/basics.tsx'

/** Next to the list if both have room, unless the address sets it; next to an alert if it has. */
const room = matchMedia('(min-width: 75rem)')
/** A window is made narrow, and a page larger, while an alert is open. */
const isRoomy = signal(room.matches)
room.addEventListener('change', ({ matches }) => {
  isRoomy.value = matches
})

export const isMapShown = computed(() => {
  const asked = address.value.get('map')
  if (chosenId.value !== null && !isRoomy.value) return false
  return asked === null ? isRoomy.value : asked === 'yes'
})

export function MapToggle() {
  if (chosenId.value !== null && !isRoomy.value) return null
  return (
    <Button
      aria-pressed={isMapShown.value}
      onClick={() => setAddress({ map: isMapShown.value ? 'no' : 'yes' })}
    >
      {words.views.map}
    </Button>
  )
}
