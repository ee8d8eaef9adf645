// Another process that holds a role until it is killed. Arguments: data folder, role.

import { holdRole, type Role } from '@tocsin/event-log/embedded/role-lock'

holdRole(process.argv[2]!, process.argv[3] as Role)
process.stdout.write('held\n')
setInterval(() => {}, 1000)
