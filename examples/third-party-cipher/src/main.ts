import { runSession } from './session.ts'

const { negotiated, stdout } = await runSession('uname')
const { clientToServer, serverToClient } = negotiated
console.log(`client to server: ${clientToServer.cipher.name}, by ${clientToServer.cipher.provider}`)
console.log(`server to client: ${serverToClient.cipher.name}, by ${serverToClient.cipher.provider}`)
console.log(`output: ${stdout}`)
