#include "widgets/models/shortlabels.h"

#include <QHash>

#include <algorithm>
#include <utility>

namespace aha {

QStringList shortLabels(const QStringList& labels, int longest)
{
    const auto dots = QStringLiteral("…");
    const auto middleCut = [&](const QString& label) {
        return label.size() <= longest ? label : label.left(longest / 2) + dots + label.right(longest / 2 - 1);
    };
    // Where they differ: some of what they share, to know one's place, and the rest of the room from there on.
    const auto from = [&](const QString& label, qsizetype shared) {
        const qsizetype before = std::max<qsizetype>(shared - longest / 4, 0), room = longest - 2;
        return (before > 0 ? dots : QString()) + label.mid(before, room)
            + (before + room < label.size() ? dots : QString());
    };
    QStringList names = labels, made;
    names.removeDuplicates();
    for (const QString& name : names)
        made << middleCut(name);
    constexpr int kRounds = 4; // names that differ at two places need two: the second tells the rest apart
    for (int round = 0; round < kRounds; ++round) {
        QHash<QString, QList<qsizetype>> alike;
        for (qsizetype i = 0; i < names.size(); ++i)
            alike[made[i]] << i;
        bool all = true;
        for (const QList<qsizetype>& group : std::as_const(alike)) {
            if (group.size() < 2)
                continue;
            all = false;
            const QString& first = names[group.front()];
            qsizetype shared = first.size(); // characters that all of them begin with
            for (const qsizetype i : group)
                shared
                    = std::mismatch(first.begin(), first.begin() + std::min(shared, names[i].size()), names[i].begin())
                          .first
                    - first.begin();
            for (const qsizetype i : group)
                made[i] = from(names[i], shared);
        }
        if (all)
            break;
    }
    QHash<QString, int> taken;
    for (QString& one : made)
        if (const int n = ++taken[one]; n > 1)
            one += QStringLiteral(" (%1)").arg(n);
    QStringList all;
    for (const QString& label : labels)
        all << made[names.indexOf(label)];
    return all;
}

} // namespace aha
