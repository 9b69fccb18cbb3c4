namespace Tidegate.Sessions;

/// <summary>How the bytes of a stream are framed, as far as it takes to end it between two frames and to tell data from signs of life.</summary>
internal enum StreamFraming
{
    /// <summary>Unknown: any place is as good as another.</summary>
    None,

    /// <summary>RFC 6455; a client's frames are masked, a server's are not.</summary>
    WebSocket,

    /// <summary>SPDY/3.1: an eight-byte header whose last three bytes are the length.</summary>
    Spdy,

    /// <summary>SPDY/3.1 in the binary messages of a WebSocket, cut anywhere: kubectl's port-forward (<c>SPDY/3.1+portforward.k8s.io</c>).</summary>
    SpdyInWebSocket,

    /// <summary>Each line is a frame: logs.</summary>
    Lines,

    /// <summary>Each JSON document is a frame: watch events.</summary>
    Json,

    /// <summary>Four bytes of length, big-endian, before each frame: watch events as protobuf.</summary>
    LengthPrefixed,
}
