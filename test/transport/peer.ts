/** One request as a scripted server sees it, whatever the protocol: it answers byte by byte, or does not. */
export interface Peer {
  /** 0 for the server's first request. */
  index: number;
  path: string;
  /** Sends an informational response. */
  interim(status: number): void;
  /** Sends the head; a body without `content-length` is chunked, or ends with the stream. */
  head(status: number, fields?: readonly (readonly [string, string])[]): void;
  data(bytes: Uint8Array | string): void;
  /** The protocol's own end of a body: last chunk, END_STREAM. */
  end(): void;
  /** Stops politely in mid-air: FIN, or RST_STREAM with NO_ERROR. */
  hangUp(): void;
  /** Stops rudely: RST, or RST_STREAM with CANCEL. */
  reset(): void;
}

export type Script = (peer: Peer) => void;

export interface ScriptedServer {
  origin: string;
  /** Requests received whole. */
  received(): number;
  close(): Promise<void>;
}

export type StartServer = (script: Script) => Promise<ScriptedServer>;
