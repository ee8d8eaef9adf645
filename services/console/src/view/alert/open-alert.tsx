// The chosen alert, in which all times are told at its place too.

import { detail } from '../../state/alert-detail.ts'
import { chosenId, picture, pictureAge } from '../../state/console-state.ts'
import { PlaceOfTimes } from '../parts/time.tsx'
import { AlertPanel } from './alert-panel.tsx'

export function OpenAlert() {
  pictureAge.value
  const state = detail.value
  const id = chosenId.value
  const shown =
    state.kind === 'shown' ? state.alert : id === null ? undefined : picture.alerts.get(id)
  return (
    <PlaceOfTimes.Provider value={shown?.area}>
      <AlertPanel />
    </PlaceOfTimes.Provider>
  )
}
