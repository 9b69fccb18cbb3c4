using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Tidegate.Store;

/// <summary>The table <c>pass</c>.</summary>
internal sealed class HistoryTable(SqliteConnection connection)
{
    /// <summary>How many passes are kept.</summary>
    public const int Longest = 200;

    public void Append(PassRecord record, SqliteTransaction transaction)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText =
            """
            INSERT INTO pass (started, duration_ms, trigger_name, outcome, revision, details)
            VALUES ($started, $duration, $trigger, $outcome, $revision, $details);
            DELETE FROM pass WHERE id <= (SELECT max(id) FROM pass) - $longest;
            """;
        command.Parameters.AddWithValue("$started", record.StartedAt.ToString("O", CultureInfo.InvariantCulture));
        command.Parameters.AddWithValue("$duration", record.Duration.TotalMilliseconds);
        command.Parameters.AddWithValue("$trigger", record.Trigger);
        command.Parameters.AddWithValue("$outcome", record.Outcome);
        command.Parameters.AddWithValue("$revision", (object?)record.RevisionId ?? DBNull.Value);
        command.Parameters.AddWithValue("$details", record.Details);
        command.Parameters.AddWithValue("$longest", Longest);
        command.ExecuteNonQuery();
    }

    public IReadOnlyList<PassRecord> Read(int count)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT started, duration_ms, trigger_name, outcome, revision, details FROM pass ORDER BY id DESC LIMIT $count";
        command.Parameters.AddWithValue("$count", count);
        using var reader = command.ExecuteReader();
        var records = new List<PassRecord>();
        while (reader.Read())
        {
            records.Add(new(
                DateTimeOffset.Parse(reader.GetString(0), CultureInfo.InvariantCulture),
                TimeSpan.FromMilliseconds(reader.GetDouble(1)),
                reader.GetString(2),
                reader.GetString(3),
                reader.IsDBNull(4) ? null : reader.GetString(4),
                reader.GetString(5)));
        }

        return records;
    }
}
