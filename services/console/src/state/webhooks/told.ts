// Who was notified of the chosen alert, for who acts on alerts.

import { webhooks } from '../../http/webhooks.ts'
import { chosenId } from '../console-state.ts'
import { resource } from '../resource.ts'

const key = () => chosenId.value ?? ''

export const toldToOfficers = resource(() => webhooks.toldToOfficers(key()), { key })
