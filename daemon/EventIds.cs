namespace Tidegate;

/// <summary>
/// The numbers of log events: one range of a thousand for each folder, so that an id says where to look. An id is never used for
/// something else, also not after its event is gone. Classes declare their ids from the range of their folder.
/// </summary>
internal static class EventIds
{
    public const int Git = 1000;
    public const int Manifests = 1500;
    public const int Store = 2000;
    public const int Registry = 2500;
    public const int Sync = 3000;
    public const int Tls = 4000;
    public const int Identity = 4500;
    public const int Access = 5000;
    public const int Proxy = 6000;
    public const int Listener = 6500;
    public const int Upstream = 7000;
    public const int Health = 7250;
    public const int Schema = 7400;
    public const int Audit = 7500;
    public const int Api = 8000;
    public const int Hosting = 9000;
    public const int Configuration = 9500;
}
