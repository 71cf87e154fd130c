#pragma once
// The fields of a page as JSON, out and in again: what was typed, chosen, ticked and opened, without the page knowing.

#include <QHash>
#include <QJsonObject>
#include <QObject>
#include <QPointer>
#include <QTimer>

class QWidget;

namespace aha {

/// A field is known by its object name; one without a name is not kept. What only a widget itself can say comes from
/// its SessionPart (panels/sessionpart.h).
class PageFields : public QObject {
    Q_OBJECT
public:
    explicit PageFields(QWidget* page);

    /// What stands there; where something waits to be restored, that.
    QJsonObject state() const;
    /// What can be at once. A choice that is not there yet (its list is still being read), and the row of a table that
    /// is not looked at, as soon as they are. `byPlace`: texts of choices were in another language, so their places
    /// count.
    void restore(const QJsonObject& wanted, bool byPlace = false);
    /// Something else decides now what is shown: what waits in sight is given up.
    void settle();
    /// These are not restored any more.
    void forget(const QStringList& fields);
    bool isWaiting() const { return !m_wanted.isEmpty(); }

protected:
    /// A person who presses a key or a button there decides, too. A page that is shown again is gone on with.
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void begin();
    void goRound(); ///< one field may fill others or empty them, so it is gone round until all stand or nothing moves
    void finish();

    QPointer<QWidget> m_page;
    QJsonObject m_wanted;
    QHash<QString, int> m_written; ///< how often each was
    bool m_byPlace = false;
    int m_rounds = 0;
    QTimer m_again;
};

} // namespace aha
