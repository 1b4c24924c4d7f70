/**
 * Every algorithm that a peer and we share, in a session of its own, in both roles; and the page that says how they went.
 *
 * @module
 */
export { cellsOf, ourNames } from './cells.ts'
export { type Choice, matrixKinds, type PeerRole, usual } from './choice.ts'
export { pairs, pairsWith } from './grid.ts'
export { joinOurs, makeHostKey } from './joined.ts'
export { makeMatrixKeys, type MatrixKeys } from './keys.ts'
export { everything } from './ours.ts'
export { Outcomes, pairName, renderPage, sessionName } from './page.ts'
export { conchPeer, openSSHPeer, type RunningPeer } from './peer.ts'
export { notOurs, untried } from './reasons.ts'
export { beClient, beServer, choiceOf, echoingConnection, expectedEvidence } from './session.ts'
