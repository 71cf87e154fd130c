#pragma once
// Ctrl+K: type a part of anything's name, Enter goes there. Lies over the window; Esc closes it.

#include "widgets/models/palettemodel.h"

#include <QFrame>
#include <QPointer>

class QLabel;
class QLineEdit;
class QListView;

namespace aha {

class CommandPalette : public QFrame {
    Q_OBJECT
public:
    explicit CommandPalette(QWidget* window);

    void open(std::vector<PaletteEntry> entries);
    PaletteModel* model() const { return m_model; }

protected:
    bool eventFilter(QObject* object, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void place();
    void leave();
    void runCurrent();

    PaletteModel* m_model;
    QLineEdit* m_input;
    QListView* m_list;
    QLabel* m_nothing;
    QPointer<QWidget> m_before; ///< had the focus
};

} // namespace aha
