// Leaves the console. Typed text is lost with the page: who has some is asked first.

import { useState } from 'preact/hooks'
import { signOut } from '../../state/live-link.ts'
import { hasTyped } from '../../state/typed.ts'
import { words } from '../../words/words.ts'
import { AskFirst } from '../parts/form.tsx'

export function SignOut() {
  const { top } = words
  const [isLeaving, setLeaving] = useState(false)
  const [hasFailed, setFailed] = useState(false)
  const leave = async () => {
    setLeaving(true)
    setFailed(!(await signOut()))
    setLeaving(false)
  }
  const label = hasFailed ? top.notSignedOut : top.signOut
  if (hasTyped())
    return (
      <AskFirst
        label={label}
        question={top.dropsTyped}
        yes={top.signOut}
        onYes={() => void leave()}
        disabled={isLeaving}
      />
    )
  return (
    <button type="button" disabled={isLeaving} onClick={() => void leave()}>
      {label}
    </button>
  )
}
