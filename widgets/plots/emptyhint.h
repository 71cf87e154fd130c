#pragma once
// Quiet lines in the middle of a list, a table or a drawing that has nothing yet: what will stand there, what to do.

#include <QWidget>

#include <functional>

class QAbstractItemView;
class QAbstractScrollArea;
class QBoxLayout;
class QLabel;
class QPushButton;

namespace aha {

/// Lies over the viewport of an area, which owns it. Until it has a button, the mouse goes through.
class EmptyHint : public QWidget {
    Q_OBJECT
public:
    /// Seen while the model of `view` has no row. `name` is the object name of its text.
    EmptyHint(QAbstractItemView* view, const char* name, const QString& text);
    /// Whoever fills `area` says with setVisible() when it is empty; until then it is.
    EmptyHint(QAbstractScrollArea* area, const char* name, const QString& text);

    void setText(const QString& text);
    QString text() const;
    /// Below the text; the first in the order they are added.
    QPushButton* addButton(const char* name, const QString& text, std::function<void()> work);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void fit();

    QAbstractScrollArea* m_area;
    QLabel* m_text;
    QBoxLayout* m_buttons;
};

} // namespace aha
