using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Serilog.Sinks.Journald;

/// <summary>
/// Passes bytes that are too many for a datagram as a file in memory. The receiver takes it only when it is sealed: nobody can
/// then change or shorten it while it is read. .NET can neither make such a file nor send a descriptor.
/// </summary>
internal static partial class SealedMemory
{
    private const uint CloseOnExec = 0x1;
    private const uint AllowSealing = 0x2;
    private const int AddSeals = 1033;
    private const int AllSeals = 0x1 | 0x2 | 0x4 | 0x8; // SEAL, SHRINK, GROW, WRITE
    private const int SocketLevel = 1;
    private const int PassDescriptors = 1;
    private const int DoNotWait = 0x40;
    private const int NoSignal = 0x4000;

    /// <returns>0, or the number of the error (errno).</returns>
    /// <exception cref="IOException">The file cannot be made or written.</exception>
    public static int Send(SafeSocketHandle socket, ReadOnlySpan<byte> bytes)
    {
        using var file = Create(bytes);
        var added = false;
        try
        {
            file.DangerousAddRef(ref added);
            return SendDescriptor(socket, (int)file.DangerousGetHandle());
        }
        finally
        {
            if (added)
            {
                file.DangerousRelease();
            }
        }
    }

    private static SafeFileHandle Create(ReadOnlySpan<byte> bytes)
    {
        var descriptor = MemfdCreate("tidegate-journal-entry", CloseOnExec | AllowSealing);
        if (descriptor < 0)
        {
            throw Failure("memfd_create");
        }

        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            RandomAccess.Write(file, bytes, 0);
            return Fcntl(file, AddSeals, AllSeals) == 0 ? file : throw Failure("sealing a memory file");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static unsafe int SendDescriptor(SafeSocketHandle socket, int descriptor)
    {
        // The journal tells the two ways apart by the length: a message that carries a descriptor is empty itself.
        var control = new DescriptorMessage
        {
            Length = (nuint)(sizeof(nuint) + (3 * sizeof(int))),
            Level = SocketLevel,
            Type = PassDescriptors,
            Descriptor = descriptor,
        };
        var header = new MessageHeader { Control = &control, ControlLength = (nuint)sizeof(DescriptorMessage) };
        return SendMessage(socket, &header, DoNotWait | NoSignal) < 0 ? Marshal.GetLastPInvokeError() : 0;
    }

    private static IOException Failure(string what) => new($"{what} failed: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MemfdCreate(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Fcntl(SafeFileHandle file, int command, int argument);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static unsafe partial nint SendMessage(SafeSocketHandle socket, MessageHeader* message, int flags);

    /// <summary>struct msghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public void* Parts;
        public nuint PartCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>struct cmsghdr with one descriptor behind it; its size is CMSG_SPACE, its <see cref="Length"/> CMSG_LEN of an int.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct DescriptorMessage
    {
        public nuint Length;
        public int Level;
        public int Type;
        public int Descriptor;
    }
}
