#include "widgets/models/shortlabels.h"

#include <QHash>

#include <algorithm>

namespace aha {

QStringList shortLabels(const QStringList& labels, int longest)
{
    const auto dots = QStringLiteral("…");
    QStringList made;
    QHash<QString, QStringList> alike; // what is shown, and the names that it stands for
    for (const QString& label : labels) {
        made << (label.size() <= longest ? label : label.left(longest / 2) + dots + label.right(longest / 2 - 1));
        QStringList& names = alike[made.back()];
        if (!names.contains(label))
            names << label;
    }
    for (qsizetype i = 0; i < labels.size(); ++i) {
        const QStringList& names = alike[made[i]];
        if (names.size() < 2)
            continue;
        qsizetype shared = names.front().size(); // characters that all of them begin with
        for (const QString& name : names)
            shared = std::mismatch(
                         names.front().begin(), names.front().begin() + std::min(shared, name.size()), name.begin())
                         .first
                - names.front().begin();
        // Some of what they share, to know one's place, and the rest of the room from there on.
        const qsizetype before = std::max<qsizetype>(shared - longest / 4, 0), room = longest - 2;
        const QString shown = labels[i].mid(before, room);
        made[i] = (before > 0 ? dots : QString()) + shown + (before + room < labels[i].size() ? dots : QString());
    }
    return made;
}

} // namespace aha
