/** The host's end of one connection: text frames of tRPC's socket protocol, in order, both ways. Each home adapts its transport to this. */
export interface FramePipe {
  /** Drops the frame when the connection has ended. */
  send(frame: string): void;
  /** Called for each frame from the client, in order; registered once, before anything arrives. */
  onFrame(listener: (frame: string) => void): void;
  /** Called once, whoever ended it; at once when it has ended already. */
  onClose(listener: () => void): void;
  /** `reason`: a sentence for the client, where the transport can carry one. */
  close(reason?: string): void;
  /** Bytes (or characters) that were sent and that the client has not taken in. Absent: unknown, so the client is never waited for. */
  bufferedBytes?(): number;
  /** Called when `bufferedBytes` has become smaller. */
  onDrained?(listener: () => void): void;
}
