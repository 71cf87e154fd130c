#pragma once
// Named layouts: which docks stand where, the page, and the one beside it. A few come with the program, the others are
// the user's own.

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <map>

namespace aha {

struct WindowLayout {
    QByteArray docks; ///< QMainWindow::saveState()
    QString page, beside; ///< no page beside: ""
    double share = 0.5; ///< of the room, for the page
};

class LayoutList {
public:
    /// Those that come with the program: which docks each shows.
    struct Shipped {
        const char *name, *page, *beside; ///< no page beside: ""
        bool runs, log, notes;
    };
    static constexpr Shipped kShipped[] = {
        { "Configure", "Configure", "", false, false, false },
        { "Train", "Train", "", true, false, false },
        { "Charts and traces", "Charts", "Traces", false, false, false },
        { "Traces", "Traces", "", false, false, true },
        { "Compare", "Compare", "", true, false, false },
        { "Lab", "Lab", "", false, false, false },
    };

    static bool isShipped(const QString& name);
    QStringList names() const;
    const WindowLayout* find(const QString& name) const;
    /// Why the name cannot be used; empty when it can. `except`: the layout that is renamed.
    QString refusal(const QString& name, const QString& except = QString()) const;
    void keep(const QString& name, const WindowLayout& layout) { m_own[name] = layout; }
    void rename(const QString& from, const QString& to);
    void remove(const QString& name) { m_own.erase(name); }

    QByteArray toJson() const;
    /// What cannot be read is left out.
    static LayoutList fromJson(const QByteArray& json);

private:
    std::map<QString, WindowLayout> m_own;
};

} // namespace aha
