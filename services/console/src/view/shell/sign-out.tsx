// Leaves the console. Typed text is lost with the page: it is named, and asked about, while the
// session is still valid.

import { useEffect, useRef, useState } from 'preact/hooks'
import { caller } from '../../state/console-state.ts'
import { signOut } from '../../state/live-link.ts'
import { whatIsTyped } from '../../state/session/typed.ts'
import { words } from '../../words/words.ts'
import { TypedKinds } from './typed-kinds.tsx'

export function SignOut() {
  const { top } = words
  const { typed, leaving } = words.signIn
  const dialog = useRef<HTMLDialogElement>(null)
  const [isAsked, setAsked] = useState(false)
  const [isLeaving, setLeaving] = useState(false)
  const [hasFailed, setFailed] = useState(false)
  const leave = async () => {
    setLeaving(true)
    // Who has closed the question meanwhile has not agreed.
    setFailed(!(await signOut(() => dialog.current?.open === true)))
    setLeaving(false)
  }
  const press = () => {
    if (whatIsTyped().length === 0) void leave()
    else setAsked(true)
  }
  useEffect(() => {
    if (isAsked) dialog.current?.showModal()
  }, [isAsked])
  return (
    <>
      <button type="button" disabled={isLeaving} onClick={press}>
        {hasFailed ? top.notSignedOut : top.signOut}
      </button>
      <dialog ref={dialog} aria-labelledby="sign-out-title" onClose={() => setAsked(false)}>
        {isAsked ? (
          <>
            <h2 id="sign-out-title">
              <bdi>{typed.title(caller.value?.name ?? '')}</bdi>
            </h2>
            <TypedKinds held={whatIsTyped()} />
            <p>{leaving.drops}</p>
            <p class="outcome" role="status">
              {hasFailed ? top.notSignedOut : ''}
            </p>
            <p class="buttons">
              {/* The first one has the focus: a press of Enter too many drops nothing. */}
              <button type="button" onClick={() => dialog.current?.close()}>
                {leaving.no}
              </button>
              <button
                type="button"
                class="danger"
                disabled={isLeaving}
                onClick={() => void leave()}
              >
                {leaving.yes}
              </button>
            </p>
          </>
        ) : null}
      </dialog>
    </>
  )
}
