// A window that was opened to sign in at the identity provider, for a page that keeps what was
// typed: it says that that goes on.

import { setAddress } from '../../state/address.ts'
import { caller } from '../../state/console-state.ts'
import { words } from '../../words/words.ts'

const member = 'window'
const value = 'sign-in'

/** Where such a window comes back to. */
export const signInWindow = `/?${member}=${value}`

export function isSignInWindow(address: URLSearchParams): boolean {
  return address.get(member) === value
}

export function SignedInHere() {
  const { back } = words.signIn
  return (
    <main class="sign-in">
      <h1>
        <bdi>{back.title(caller.value?.name ?? '')}</bdi>
      </h1>
      <p role="status">{back.lead}</p>
      <p>
        <button type="button" onClick={() => setAddress({ [member]: null })}>
          {back.here}
        </button>
      </p>
    </main>
  )
}
